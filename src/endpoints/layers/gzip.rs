//! Compresses answers for whoever takes them so. Django: `GZipMiddleware`.

use std::io::Write;

use flate2::{Compression, GzBuilder};
use poem::http::header;
use poem::{Request, Response};

use crate::endpoints::{answer, vary};
use crate::random;

use super::body;
use super::passage::Passage;

/// Bytes of a body that are not worth it.
const SHORT: usize = 200;
/// A file name of fewer bytes than these hides how long the compressed text is (BREACH).
const LONGEST_NAME: u8 = 100;
/// zlib's own level.
const LEVEL: u32 = 6;

pub fn before(passage: &mut Passage<'_>, request: &Request) {
    passage.takes_gzip = is_named(request.header(header::ACCEPT_ENCODING).unwrap_or_default());
}

/// Whether `gzip` is a word of the text.
fn is_named(accepted: &str) -> bool {
    accepted.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word == "gzip")
}

pub async fn after(passage: &Passage<'_>, mut response: Response) -> Response {
    if body::is_streamed(&response) {
        return response;
    }
    let plain = match body::take(&mut response).await {
        Ok(plain) => plain,
        Err(failed) => return *failed,
    };
    if plain.len() < SHORT || response.headers().contains_key(header::CONTENT_ENCODING) {
        response.set_body(plain);
        return response;
    }
    vary::on(&mut response, "Accept-Encoding");
    let smaller = compressed(&plain).filter(|small| passage.takes_gzip && small.len() < plain.len());
    let Some(smaller) = smaller else {
        response.set_body(plain);
        return response;
    };
    body::replace(&mut response, smaller);
    if let Some(strong) = response.header(header::ETAG).filter(|etag| etag.starts_with('"')) {
        let weak = format!("W/{strong}");
        answer::set(&mut response, header::ETAG, &weak);
    }
    answer::set(&mut response, header::CONTENT_ENCODING, "gzip");
    response
}

fn compressed(plain: &[u8]) -> Option<Vec<u8>> {
    let name = vec![b'a'; random::below(LONGEST_NAME).ok()?];
    let mut encoder = GzBuilder::new().filename(name).write(Vec::new(), Compression::new(LEVEL));
    encoder.write_all(plain).ok()?;
    encoder.finish().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    #[test]
    fn gzip_is_a_word_of_the_header() {
        for (text, is_there) in
            [("gzip", true), ("br, gzip;q=0.5", true), ("x-gzip", true), ("gzipped", false), ("", false)]
        {
            assert_eq!(super::is_named(text), is_there, "{text}");
        }
    }

    #[test]
    fn what_is_compressed_can_be_read_and_its_length_varies() {
        let plain = "slash-o ".repeat(100);
        let all: Vec<Vec<u8>> = (0..20).map(|_| super::compressed(plain.as_bytes()).unwrap()).collect();
        for small in &all {
            let mut text = String::new();
            flate2::read::GzDecoder::new(&small[..]).read_to_string(&mut text).unwrap();
            assert_eq!(text, plain);
        }
        assert!(all.iter().any(|small| small.len() != all[0].len()));
    }
}

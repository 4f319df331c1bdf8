//! HTTP/1.1 over one kept connection: as little as a client needs to read any answer.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

pub type Res<T> = Result<T, String>;

pub struct Answer {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub struct Connection {
    address: String,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    pub fn new(address: &str) -> Self {
        Connection { address: address.into(), stream: None, buffer: Vec::with_capacity(16 * 1024) }
    }

    pub fn close(&mut self) {
        self.stream = None;
    }

    /// Sends and reads; a kept connection that the server had closed is opened again, once.
    pub async fn send(&mut self, request: &[u8]) -> Res<Answer> {
        let was_open = self.stream.is_some();
        match self.once(request).await {
            Err(_) if was_open && self.buffer.is_empty() => {
                self.close();
                self.once(request).await
            }
            other => other,
        }
    }

    async fn once(&mut self, request: &[u8]) -> Res<Answer> {
        self.buffer.clear();
        if self.stream.is_none() {
            let stream = TcpStream::connect(&self.address).await.map_err(|e| format!("connect: {e}"))?;
            stream.set_nodelay(true).map_err(|e| e.to_string())?;
            self.stream = Some(stream);
        }
        let read = self.exchange(request).await;
        match read {
            Ok((answer, keep)) => {
                if !keep {
                    self.close();
                }
                Ok(answer)
            }
            Err(error) => {
                self.close();
                Err(error)
            }
        }
    }

    async fn exchange(&mut self, request: &[u8]) -> Res<(Answer, bool)> {
        let stream = self.stream.as_mut().ok_or("not connected")?;
        stream.write_all(request).await.map_err(|e| format!("write: {e}"))?;
        let head_end = self.until(0, b"\r\n\r\n").await?;
        let head = String::from_utf8_lossy(&self.buffer[..head_end]).into_owned();
        let (first, lines) = head.split_once("\r\n").ok_or("no status line")?;
        let status = first.get(9..12).and_then(|s| s.parse().ok()).ok_or("bad status line")?;
        let headers: Vec<(String, String)> = lines
            .split("\r\n")
            .filter_map(|line| line.split_once(':'))
            .map(|(key, value)| (key.trim().to_ascii_lowercase(), value.trim().to_owned()))
            .collect();
        let mut answer = Answer { status, headers, body: Vec::new() };
        let mut keep = !first.starts_with("HTTP/1.0") && answer.header("connection") != Some("close");
        if answer.header("transfer-encoding").is_some_and(|v| v.contains("chunked")) {
            answer.body = self.chunks(head_end).await?;
        } else if let Some(length) = answer.header("content-length").and_then(|v| v.parse::<usize>().ok()) {
            self.at_least(head_end + length).await?;
            answer.body = self.buffer[head_end..head_end + length].to_vec();
        } else if !matches!(status, 204 | 304) {
            while self.fill().await.is_ok() {}
            answer.body = self.buffer[head_end..].to_vec();
            keep = false;
        }
        Ok((answer, keep))
    }

    async fn chunks(&mut self, mut position: usize) -> Res<Vec<u8>> {
        let mut body = Vec::new();
        loop {
            let start = self.until(position, b"\r\n").await?;
            let line = String::from_utf8_lossy(&self.buffer[position..start - 2]).into_owned();
            let length = line.split(';').next().unwrap_or_default().trim();
            let length = usize::from_str_radix(length, 16).map_err(|_| "bad chunk")?;
            self.at_least(start + length + 2).await?;
            body.extend_from_slice(&self.buffer[start..start + length]);
            position = start + length + 2;
            if length == 0 {
                return Ok(body);
            }
        }
    }

    /// The position behind the next `mark`.
    async fn until(&mut self, from: usize, mark: &[u8]) -> Res<usize> {
        loop {
            let found = self.buffer[from..].windows(mark.len()).position(|window| window == mark);
            match found {
                Some(at) => return Ok(from + at + mark.len()),
                None => self.fill().await?,
            }
        }
    }

    async fn at_least(&mut self, length: usize) -> Res<()> {
        while self.buffer.len() < length {
            self.fill().await?;
        }
        Ok(())
    }

    async fn fill(&mut self) -> Res<()> {
        let stream = self.stream.as_mut().ok_or("not connected")?;
        match stream.read_buf(&mut self.buffer).await {
            Ok(0) => Err("the server closed the connection".into()),
            Ok(_) => Ok(()),
            Err(error) => Err(format!("read: {error}")),
        }
    }
}

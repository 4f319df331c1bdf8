//! `slash-o generate-key`: an RSA key for `OIDC_RSA_PRIVATE_KEY`, as PEM (PKCS#8).

use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::ExitCode;

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rsa::{KeyPair, KeySize};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::stop::Stop;

#[derive(clap::Args)]
pub struct Args {
    /// Size of the key: 2048, 3072, 4096 or 8192
    #[arg(long, default_value_t = 3072)]
    bits: u32,
    /// Write the key to this new file, readable by its owner only, instead of standard output
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

pub fn run(args: &Args) -> Result<ExitCode, Stop> {
    let size = match args.bits {
        2048 => KeySize::Rsa2048,
        3072 => KeySize::Rsa3072,
        4096 => KeySize::Rsa4096,
        8192 => KeySize::Rsa8192,
        other => return Err(Stop::Usage(format!("--bits {other}: 2048, 3072, 4096 or 8192 are possible"))),
    };
    let pem = new_key(size)?;
    match &args.out {
        None => std::io::stdout().lock().write_all(pem.as_bytes()).map_err(Stop::os)?,
        Some(path) => {
            let told = |e: std::io::Error| Stop::Failed(format!("{}: {e}", path.display()));
            let mut options = std::fs::OpenOptions::new();
            let file = options.write(true).create_new(true).mode(0o600).open(path);
            let mut file = file.map_err(told)?;
            file.write_all(pem.as_bytes()).and_then(|()| file.sync_all()).map_err(told)?;
            println!(
                "{}: an RSA key of {} bits; name this file in OIDC_RSA_PRIVATE_KEY",
                path.display(),
                args.bits
            );
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// A new key as PEM text.
///
/// # Errors
/// No randomness.
pub fn new_key(size: KeySize) -> Result<String, Stop> {
    let failed = |_| Stop::Failed("the key could not be made".to_owned());
    let pair = KeyPair::generate(size).map_err(failed)?;
    let der: Pkcs8V1Der<'_> = pair.as_der().map_err(failed)?;
    Ok(pem(der.as_ref()))
}

fn pem(der: &[u8]) -> String {
    let text = STANDARD.encode(der);
    let lines: Vec<&str> = (0..text.len()).step_by(64).map(|at| &text[at..text.len().min(at + 64)]).collect();
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", lines.join("\n"))
}

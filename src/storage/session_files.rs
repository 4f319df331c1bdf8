//! One file per session, written aside and renamed. Django: `django.contrib.sessions.backends.file`.

use std::fs;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use crate::failure::Failure;

/// The file of a session; none for a key that holds anything but `a-z` and `0-9`.
pub fn path(folder: &Path, prefix: &str, key: &str) -> Option<PathBuf> {
    let good = !key.is_empty() && key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    good.then(|| folder.join(format!("{prefix}{key}")))
}

async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> std::io::Result<T> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(std::io::Error::other).flatten().map_err(Failure::SessionFile)
}

/// The text of a file and the second of its last change; none when there is no such file.
///
/// # Errors
/// None: what cannot be read is not there, as in Django.
pub async fn read(path: PathBuf) -> Result<Option<(Vec<u8>, i64)>, Failure> {
    off_thread(move || {
        let Ok(bytes) = fs::read(&path) else { return Ok(None) };
        let changed = fs::metadata(&path)?.modified()?.duration_since(UNIX_EPOCH).unwrap_or_default();
        Ok(Some((bytes, i64::try_from(changed.as_secs()).unwrap_or(i64::MAX))))
    })
    .await
}

/// The keys of the files of a folder whose names begin like a session's.
///
/// # Errors
/// The folder cannot be read.
pub async fn list(folder: PathBuf, prefix: String) -> Result<Vec<String>, Failure> {
    off_thread(move || {
        let mut keys = Vec::new();
        for entry in fs::read_dir(&folder)? {
            let name = entry?.file_name();
            keys.extend(name.to_str().and_then(|name| name.strip_prefix(&prefix)).map(str::to_owned));
        }
        Ok(keys)
    })
    .await
}

/// Makes an empty file; false when it is there already.
///
/// # Errors
/// The file system's own.
pub async fn create(path: PathBuf) -> Result<bool, Failure> {
    off_thread(move || match fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
        Ok(_) => Ok(true),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    })
    .await
}

/// Writes over a file that is there; false when it is gone. `aside` makes the name of the unfinished file unique.
///
/// # Errors
/// The file system's own.
pub async fn write(path: PathBuf, text: String, aside: String) -> Result<bool, Failure> {
    off_thread(move || {
        if !path.is_file() {
            return Ok(false);
        }
        let mut unfinished = path.clone().into_os_string();
        unfinished.push(format!("_out_{aside}"));
        let written = fs::OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&unfinished)
            .and_then(|mut file| file.write_all(text.as_bytes()))
            .and_then(|()| fs::rename(&unfinished, &path));
        if written.is_err() {
            let _ = fs::remove_file(&unfinished);
        }
        written.map(|()| true)
    })
    .await
}

/// Deletes a file that may be gone.
///
/// # Errors
/// When the deletion could not be tried.
pub async fn delete(path: PathBuf) -> Result<(), Failure> {
    off_thread(move || {
        let _ = fs::remove_file(path);
        Ok(())
    })
    .await
}

//! The sockets that the server listens on: its own, or those that a service manager hands over (LISTEN_FDS).

use std::io::{Error, ErrorKind, Result};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use poem::Addr;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener, UnixStream, lookup_host};

use crate::settings::Bind;

/// Who may connect to a socket of this machine: its owner and its group.
const MODE: u32 = 0o660;

/// One socket that clients connect to.
pub enum Socket {
    Tcp(TcpListener),
    Unix {
        socket: UnixListener,
        /// Goes when the server stops; the file of one that was handed over stays.
        _made: Option<Made>,
    },
}

/// A socket's file, by what tells it from another one at the same place.
pub struct Made {
    path: PathBuf,
    inode: (u64, u64),
}

/// Either kind of connection.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// A client with the addresses of both ends.
pub struct Client {
    pub stream: Box<dyn Stream>,
    pub local: Addr,
    pub remote: Addr,
}

impl Socket {
    /// The sockets of one place: a name may stand for several addresses.
    ///
    /// # Errors
    /// The system's own; a file at the place that is no socket, or a socket on which somebody listens.
    pub async fn open(bind: &Bind) -> Result<Vec<Socket>> {
        let (host, port) = match bind {
            Bind::Unix(path) => return Ok(vec![at_path(path).await?]),
            Bind::Tcp { host, port } => (host.as_str(), *port),
        };
        if host.is_empty() {
            // This one takes clients of IPv4 as well, where the machine has IPv6.
            let socket = match TcpListener::bind(("::", port)).await {
                Err(error) if error.kind() != ErrorKind::AddrInUse => {
                    TcpListener::bind(("0.0.0.0", port)).await
                }
                either => either,
            };
            return Ok(vec![Socket::Tcp(socket?)]);
        }
        let mut out: Vec<Socket> = Vec::new();
        let mut first = None;
        for address in lookup_host((host, port)).await? {
            match TcpListener::bind(address).await {
                Ok(socket) => out.push(Socket::Tcp(socket)),
                // Such as ::1 of localhost on a machine without IPv6.
                Err(error) if error.kind() == ErrorKind::AddrNotAvailable => first = first.or(Some(error)),
                Err(error) => return Err(error),
            }
        }
        let nothing = || Error::new(ErrorKind::NotFound, "the name stands for no address");
        if out.is_empty() { Err(first.unwrap_or_else(nothing)) } else { Ok(out) }
    }

    /// Those of LISTEN_FDS; none where nobody has handed any over.
    ///
    /// # Errors
    /// What is handed over is no listening socket.
    pub fn handed_over() -> Result<Vec<Socket>> {
        let mut given = listenfd::ListenFd::from_env();
        let mut out = Vec::new();
        for number in 0..given.len() {
            if let Ok(Some(socket)) = given.take_tcp_listener(number) {
                socket.set_nonblocking(true)?;
                out.push(Socket::Tcp(TcpListener::from_std(socket)?));
            } else if let Some(socket) = given.take_unix_listener(number)? {
                socket.set_nonblocking(true)?;
                out.push(Socket::Unix { socket: UnixListener::from_std(socket)?, _made: None });
            }
        }
        Ok(out)
    }

    /// Where it listens, with the port that the system chose.
    pub fn bind(&self) -> Option<Bind> {
        match self {
            Socket::Tcp(socket) => {
                let address = socket.local_addr().ok()?;
                Some(Bind::Tcp { host: address.ip().to_string(), port: address.port() })
            }
            Socket::Unix { socket, .. } => Some(Bind::Unix(socket.local_addr().ok()?.as_pathname()?.into())),
        }
    }

    /// # Errors
    /// The system's own: a client that went away, no file descriptor left.
    pub async fn accept(&self) -> Result<Client> {
        match self {
            Socket::Tcp(socket) => {
                let (stream, remote) = socket.accept().await?;
                let _ = stream.set_nodelay(true);
                let local =
                    stream.local_addr().map_or_else(|_| Addr::custom("tcp", "unknown"), Addr::SocketAddr);
                Ok(Client { stream: Box::new(stream), local, remote: Addr::SocketAddr(remote) })
            }
            Socket::Unix { socket, .. } => {
                let (stream, _) = socket.accept().await?;
                let here = || Addr::custom("unix", "local");
                Ok(Client { stream: Box::new(stream), local: here(), remote: here() })
            }
        }
    }
}

impl Drop for Made {
    /// Only if it is still ours: the next server may listen there already.
    fn drop(&mut self) {
        if std::fs::metadata(&self.path).is_ok_and(|found| (found.dev(), found.ino()) == self.inode) {
            let _ = std::fs::remove_file(&self.path);
        }
    }
}

/// A new socket takes the place of one that nobody listens on. It never stands there with other rights than `MODE`.
async fn at_path(path: &Path) -> Result<Socket> {
    if let Ok(found) = std::fs::symlink_metadata(path) {
        if !found.file_type().is_socket() {
            return Err(Error::new(ErrorKind::AlreadyExists, "there is something that is no socket"));
        }
        let asked = tokio::time::timeout(Duration::from_secs(2), UnixStream::connect(path)).await;
        if !matches!(asked, Ok(Err(ref error)) if error.kind() == ErrorKind::ConnectionRefused) {
            return Err(Error::from(ErrorKind::AddrInUse));
        }
    }
    let mut aside = path.as_os_str().to_owned();
    aside.push(format!(".{}", std::process::id()));
    let aside = PathBuf::from(aside);
    let made = || -> Result<(UnixListener, Made)> {
        let socket = UnixListener::bind(&aside)?;
        std::fs::set_permissions(&aside, std::fs::Permissions::from_mode(MODE))?;
        std::fs::rename(&aside, path)?;
        let found = std::fs::metadata(path)?;
        Ok((socket, Made { path: path.to_owned(), inode: (found.dev(), found.ino()) }))
    };
    match made() {
        Ok((socket, made)) => Ok(Socket::Unix { socket, _made: Some(made) }),
        Err(error) => {
            let _ = std::fs::remove_file(&aside);
            Err(error)
        }
    }
}

//! Accepts connections and speaks HTTP/1.1 with bounds that poem's own server does not have:
//! time to read a head, most bytes of a head. Stops by finishing the requests in flight.

use std::sync::Arc;
use std::time::Duration;

use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use poem::endpoint::BoxEndpoint;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Addr, Endpoint, Request, Response};
use tokio::net::{TcpListener, TcpStream};

/// What one connection may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Time to read a request's head; also how long a connection may stay idle.
    pub head: Duration,
    /// Most bytes of a request's head.
    pub head_bytes: usize,
    /// Time that requests in flight get at a stop.
    pub stop: Duration,
}

/// Serves until `stopped` ends, then waits for the requests in flight.
pub async fn serve(
    listener: TcpListener,
    endpoint: BoxEndpoint<'static, Response>,
    limits: Limits,
    stopped: impl Future<Output = ()>,
) {
    let endpoint = Arc::new(endpoint);
    let graceful = GracefulShutdown::new();
    tokio::pin!(stopped);
    loop {
        tokio::select! {
            () = &mut stopped => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => connection(stream, &endpoint, limits, &graceful),
                Err(error) => {
                    // Out of file descriptors, or a client that went away: neither ends the server.
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }
    drop(listener);
    if tokio::time::timeout(limits.stop, graceful.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

fn connection(
    stream: TcpStream,
    endpoint: &Arc<BoxEndpoint<'static, Response>>,
    limits: Limits,
    graceful: &GracefulShutdown,
) {
    let _ = stream.set_nodelay(true);
    let address = |socket: std::io::Result<std::net::SocketAddr>| {
        socket.map_or_else(|_| Addr::custom("tcp", "unknown"), Addr::SocketAddr)
    };
    let local = LocalAddr(address(stream.local_addr()));
    let remote = RemoteAddr(address(stream.peer_addr()));
    let endpoint = endpoint.clone();
    let service = service_fn(move |request| {
        let endpoint = endpoint.clone();
        let request = Request::from((request, local.clone(), remote.clone(), Scheme::HTTP));
        async move { Ok::<_, std::convert::Infallible>(endpoint.get_response(request).await.into()) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(limits.head_bytes)
        .serve_connection(TokioIo::new(stream), service);
    let watched = graceful.watch(connection);
    tokio::spawn(async move {
        if let Err(error) = watched.await {
            tracing::debug!(%error, "connection ended");
        }
    });
}

//! Accepts connections and speaks HTTP/1.1 with bounds that poem's own server does not have:
//! time to read a head, most bytes of a head. Stops by finishing the requests in flight.

mod patience;
mod sockets;

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use hyper::body::{Body, Frame, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use poem::endpoint::BoxEndpoint;
use poem::http::Method;
use poem::http::uri::Scheme;
use poem::web::{LocalAddr, RemoteAddr};
use poem::{Endpoint, Request, Response};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

pub use patience::Patience;
use patience::{Phase, Timed};
use sockets::Client;
pub use sockets::Socket;

/// What one connection may take.
#[derive(Clone, Copy, Debug)]
pub struct ConnectionLimits {
    pub patience: Patience,
    /// Most bytes of a request's head.
    pub head_bytes: usize,
    /// Time that requests in flight get at a stop.
    pub stop: Duration,
    /// Most clients at a time; one more waits until another one has gone.
    pub clients: usize,
}

/// Time that the last bytes of an answer get once its last part was handed over, at a stop.
const FLUSH: Duration = Duration::from_millis(500);

/// Serves until `stopped` ends, then waits for the requests in flight.
pub async fn serve(
    sockets: Vec<Socket>,
    endpoint: BoxEndpoint<'static, Response>,
    limits: ConnectionLimits,
    stopped: impl Future<Output = ()>,
) {
    let endpoint = Arc::new(endpoint);
    // Each connection holds a receiver until it ends.
    let (stop, running) = watch::channel(false);
    let room = Arc::new(Semaphore::new(limits.clients.min(Semaphore::MAX_PERMITS)));
    let accepting = sockets.into_iter().map(|socket| {
        let (endpoint, room, running) = (endpoint.clone(), room.clone(), running.clone());
        tokio::spawn(accept(socket, endpoint, limits, room, running))
    });
    let accepting: Vec<_> = accepting.collect();
    drop(running);
    stopped.await;
    // With them go the sockets: whoever comes now is refused.
    for task in &accepting {
        task.abort();
    }
    for task in accepting {
        let _ = task.await;
    }
    stop.send_replace(true);
    if tokio::time::timeout(limits.stop, stop.closed()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// The clients of one socket, until the task is ended.
async fn accept(
    socket: Socket,
    endpoint: Arc<BoxEndpoint<'static, Response>>,
    limits: ConnectionLimits,
    room: Arc<Semaphore>,
    running: watch::Receiver<bool>,
) {
    loop {
        let Ok(place) = room.clone().acquire_owned().await else { return };
        match socket.accept().await {
            Ok(client) => {
                tokio::spawn(connection(client, endpoint.clone(), limits, running.clone(), place));
            }
            Err(error) => {
                // Out of file descriptors, or a client that went away: neither ends the server.
                tracing::warn!(%error, "cannot accept a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

/// One connection until it ends. At a stop it ends after the answer in flight; a head half read is no request.
async fn connection(
    client: Client,
    endpoint: Arc<BoxEndpoint<'static, Response>>,
    limits: ConnectionLimits,
    mut stopping: watch::Receiver<bool>,
    _place: OwnedSemaphorePermit,
) {
    let (local, remote) = (LocalAddr(client.local), RemoteAddr(client.remote));
    let (stream, phase) = Timed::new(client.stream, limits.patience);
    let answering = InFlight::new(phase);
    let begun = answering.clone();
    let service = service_fn(move |mut request: hyper::Request<hyper::body::Incoming>| {
        if let Some(method) = in_capitals(request.method()) {
            *request.method_mut() = method;
        }
        let (endpoint, mark) = (endpoint.clone(), begun.mark());
        let request = Request::from((request, local.clone(), remote.clone(), Scheme::HTTP));
        async move {
            let response: hyper::Response<_> = endpoint.get_response(request).await.into();
            Ok::<_, std::convert::Infallible>(response.map(|body| Marked { body, _mark: mark }))
        }
    });
    let connection =
        http1::Builder::new().max_buf_size(limits.head_bytes).serve_connection(TokioIo::new(stream), service);
    tokio::pin!(connection);
    let ended = tokio::select! {
        ended = &mut connection => ended,
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            tokio::select! {
                ended = &mut connection => ended,
                () = answering.none() => Ok(()),
            }
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, "connection ended");
    }
}

/// Django: `environ["REQUEST_METHOD"].upper()`. Not for `head`, whose answer hyper ends by the method it read itself.
fn in_capitals(method: &Method) -> Option<Method> {
    let name = method.as_str();
    let is_small = name.bytes().any(|c| c.is_ascii_lowercase()) && !name.eq_ignore_ascii_case("HEAD");
    is_small.then(|| Method::from_bytes(name.to_ascii_uppercase().as_bytes()).ok()).flatten()
}

/// Whether a connection has a request in flight.
#[derive(Clone)]
struct InFlight {
    requests: Arc<AtomicUsize>,
    phase: Phase,
}

struct Mark(InFlight);

impl InFlight {
    fn new(phase: Phase) -> InFlight {
        InFlight { requests: Arc::default(), phase }
    }

    fn mark(&self) -> Mark {
        self.requests.fetch_add(1, Ordering::AcqRel);
        self.phase.busy();
        Mark(self.clone())
    }

    /// Ends when nothing was in flight for the time of a flush.
    async fn none(&self) {
        loop {
            tokio::time::sleep(FLUSH).await;
            if self.requests.load(Ordering::Acquire) == 0 {
                return;
            }
        }
    }
}

/// The body of an answer; the mark goes when hyper has taken its last part.
struct Marked<B> {
    body: B,
    _mark: Mark,
}

impl<B: Body + Unpin> Body for Marked<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        self.0.requests.fetch_sub(1, Ordering::AcqRel);
        self.0.phase.idle();
    }
}

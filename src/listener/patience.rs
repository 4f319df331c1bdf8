//! How long a client may take: for a request's head, between two requests, and to take an answer.

use std::io::{Error, ErrorKind, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep};

/// How long a client may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the head of a request, from its first byte on; the first one from the connection on.
    pub head: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// To take some more of an answer.
    pub write: Duration,
}

/// Where a connection is.
#[derive(Clone)]
pub struct Phase(Arc<AtomicU8>);

const HEAD: u8 = 0;
const BUSY: u8 = 1;
const IDLE: u8 = 2;

impl Phase {
    /// A head was read whole.
    pub fn busy(&self) {
        self.0.store(BUSY, Ordering::Release);
    }

    /// The last part of an answer was handed over.
    pub fn idle(&self) {
        self.0.store(IDLE, Ordering::Release);
    }

    fn get(&self) -> u8 {
        self.0.load(Ordering::Acquire)
    }
}

/// A stream whose client has to be quick enough.
pub struct Timed<S> {
    stream: S,
    patience: Patience,
    phase: Phase,
    /// When the wait for more of a head, or for the next one, ends; `None` while nobody waits for it.
    read: Deadline,
    write: Deadline,
}

/// A timer that is made when it is first needed.
#[derive(Default)]
struct Deadline {
    timer: Option<Pin<Box<Sleep>>>,
    /// What it runs for.
    of: Option<u8>,
}

impl Deadline {
    /// Begins, unless it runs for the same already.
    fn begin(&mut self, of: u8, time: Duration) {
        if self.of == Some(of) {
            return;
        }
        self.of = Some(of);
        match &mut self.timer {
            Some(timer) => timer.as_mut().reset(Instant::now() + time),
            None => self.timer = Some(Box::pin(sleep(time))),
        }
    }

    fn end(&mut self) {
        self.of = None;
    }

    fn poll(&mut self, context: &mut Context<'_>) -> Poll<Error> {
        match &mut self.timer {
            Some(timer) if self.of.is_some() => {
                ready!(timer.as_mut().poll(context));
                Poll::Ready(ErrorKind::TimedOut.into())
            }
            _ => Poll::Pending,
        }
    }
}

impl<S> Timed<S> {
    /// The stream, and what is to be told where the connection is.
    pub fn new(stream: S, patience: Patience) -> (Timed<S>, Phase) {
        let phase = Phase(Arc::new(AtomicU8::new(HEAD)));
        let (read, write) = (Deadline::default(), Deadline::default());
        (Timed { stream, patience, phase: phase.clone(), read, write }, phase)
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let this = &mut *self;
        if let Poll::Ready(read) = Pin::new(&mut this.stream).poll_read(context, buffer) {
            if this.phase.get() != HEAD {
                this.read.end();
            }
            // The first byte after an answer begins a head.
            let _ = this.phase.0.compare_exchange(IDLE, HEAD, Ordering::AcqRel, Ordering::Acquire);
            return Poll::Ready(read);
        }
        match this.phase.get() {
            HEAD => this.read.begin(HEAD, this.patience.head),
            IDLE => this.read.begin(IDLE, this.patience.idle),
            _ => this.read.end(),
        }
        this.read.poll(context).map(Err)
    }
}

impl<S: AsyncWrite + Unpin> Timed<S> {
    /// A write that waits is given so much time for the next byte.
    fn bounded<T>(&mut self, context: &mut Context<'_>, polled: Poll<Result<T>>) -> Poll<Result<T>> {
        if polled.is_ready() {
            self.write.end();
            return polled;
        }
        self.write.begin(BUSY, self.patience.write);
        self.write.poll(context).map(Err)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.bounded(context, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        parts: &[std::io::IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(context, parts);
        self.bounded(context, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(context);
        self.bounded(context, polled)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_shutdown(context);
        self.bounded(context, polled)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::*;

    const PATIENCE: Patience = Patience {
        head: Duration::from_millis(100),
        idle: Duration::from_millis(500),
        write: Duration::from_millis(200),
    };

    /// Whether something lasted this long, as exactly as a busy machine can say.
    fn lasted(begun: Instant, time: Duration) -> bool {
        let took = begun.elapsed();
        time <= took && took < time + Duration::from_millis(300)
    }

    /// Waits for the next byte, which does not come.
    async fn ends_after(stream: &mut (impl AsyncRead + Unpin), time: Duration) -> bool {
        let begun = Instant::now();
        let error = stream.read_u8().await.unwrap_err();
        error.kind() == ErrorKind::TimedOut && lasted(begun, time)
    }

    #[tokio::test]
    async fn a_head_and_the_time_between_two_requests_have_times_of_their_own() {
        let (mut client, server) = duplex(64);
        let (mut server, phase) = Timed::new(server, PATIENCE);
        assert!(ends_after(&mut server, PATIENCE.head).await, "no request came");
        phase.busy();
        phase.idle();
        assert!(ends_after(&mut server, PATIENCE.idle).await);
        client.write_all(b"P").await.unwrap();
        assert_eq!(server.read_u8().await.unwrap(), b'P');
        assert!(ends_after(&mut server, PATIENCE.head).await, "a head that was begun");
    }

    #[tokio::test]
    async fn a_head_that_comes_byte_by_byte_gets_no_more_time() {
        let (mut client, server) = duplex(64);
        let (mut server, _) = Timed::new(server, PATIENCE);
        tokio::spawn(async move {
            loop {
                sleep(PATIENCE.head / 5).await;
                if client.write_all(b"P").await.is_err() {
                    return;
                }
            }
        });
        let begun = Instant::now();
        while server.read_u8().await.is_ok() {}
        assert!(lasted(begun, PATIENCE.head), "{:?}", begun.elapsed());
    }

    #[tokio::test]
    async fn while_a_request_is_answered_nobody_hurries() {
        let (mut client, server) = duplex(64);
        let (mut server, phase) = Timed::new(server, PATIENCE);
        phase.busy();
        tokio::spawn(async move {
            sleep(PATIENCE.idle * 2).await;
            client.write_all(b"P").await.unwrap();
            sleep(PATIENCE.idle).await;
        });
        assert_eq!(server.read_u8().await.unwrap(), b'P');
    }

    #[tokio::test]
    async fn a_client_that_takes_nothing_is_given_up() {
        let (_client, server) = duplex(4);
        let (mut server, _) = Timed::new(server, PATIENCE);
        let begun = Instant::now();
        let error = server.write_all(b"an answer").await.unwrap_err();
        assert!(error.kind() == ErrorKind::TimedOut && lasted(begun, PATIENCE.write));
    }
}

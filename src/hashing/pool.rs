//! The bounded pool that hashes run on: as many at a time as there are threads, a queue with an end, and equal checks
//! done once. Part of the queue is kept for hashes that nobody guesses at.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use lru::LruCache;
use tokio::sync::{OnceCell, Semaphore};

use django::hashers::Check;

use crate::failure::{Failure, HashingFailure};

/// How many stored hashes are remembered as guessed at.
const SUSPECTS: NonZeroUsize = NonZeroUsize::new(4096).expect("4096 is not zero");

/// Names one check: stored hash and secret, without either.
pub type CheckId = [u8; 32];
type Flights = Mutex<HashMap<CheckId, Arc<OnceCell<Check>>>>;

pub struct Pool {
    threads: Arc<Semaphore>,
    queued: AtomicUsize,
    queue: usize,
    suspects: Mutex<LruCache<CheckId, ()>>,
    flights: Flights,
}

impl Pool {
    /// `threads` hashes at a time, `queue` more may wait.
    pub fn new(threads: usize, queue: usize) -> Pool {
        Pool {
            threads: Arc::new(Semaphore::new(threads)),
            queued: AtomicUsize::new(0),
            queue: queue + threads,
            suspects: Mutex::new(LruCache::new(SUSPECTS)),
            flights: Flights::default(),
        }
    }

    /// Runs one hash off the async threads.
    ///
    /// # Errors
    /// `Failure::Busy` when the queue is full; `Failure::Hashing` when the pool has been closed.
    pub async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.run_within(self.queue, work).await
    }

    /// Checks a secret once however many ask for the same at the same time. `stored` names what it is checked against;
    /// one that a wrong secret was tried on may fill only three quarters of the queue.
    ///
    /// # Errors
    /// As [`Pool::run`].
    pub async fn check(
        &self,
        stored: CheckId,
        id: CheckId,
        work: impl FnOnce() -> Check + Send + 'static,
    ) -> Result<Check, Failure> {
        let limit = if self.is_suspect(&stored) { self.queue * 3 / 4 } else { self.queue };
        let flight = Flight::join(&self.flights, id);
        let check = *flight.cell.get_or_try_init(|| self.run_within(limit, work)).await?;
        if !check.ok
            && let Ok(mut suspects) = self.suspects.lock()
        {
            suspects.put(stored, ());
        }
        Ok(check)
    }

    fn is_suspect(&self, stored: &CheckId) -> bool {
        self.suspects.lock().is_ok_and(|suspects| suspects.contains(stored))
    }

    async fn run_within<T: Send + 'static>(
        &self,
        limit: usize,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let _queued = QueuePermit::take(&self.queued, limit).ok_or(Failure::Busy)?;
        let closed = |_| Failure::Hashing(HashingFailure::Closed);
        let permit = self.threads.clone().acquire_owned().await.map_err(closed)?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await
        .map_err(|_| Failure::Hashing(HashingFailure::Ended))
    }
}

/// A place in the queue until it is dropped.
struct QueuePermit<'a>(&'a AtomicUsize);

impl<'a> QueuePermit<'a> {
    fn take(queued: &'a AtomicUsize, limit: usize) -> Option<QueuePermit<'a>> {
        let one_more = |n: usize| (n < limit).then_some(n + 1);
        queued.fetch_update(Ordering::AcqRel, Ordering::Acquire, one_more).ok().map(|_| QueuePermit(queued))
    }
}

impl Drop for QueuePermit<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::AcqRel);
    }
}

/// One check in flight; the last who waits for it clears it away.
struct Flight<'a> {
    flights: &'a Flights,
    id: CheckId,
    cell: Arc<OnceCell<Check>>,
}

impl<'a> Flight<'a> {
    fn join(flights: &'a Flights, id: CheckId) -> Flight<'a> {
        let cell = match flights.lock() {
            Ok(mut flights) => flights.entry(id).or_default().clone(),
            Err(_) => Arc::default(),
        };
        Flight { flights, id, cell }
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let Ok(mut flights) = self.flights.lock() else { return };
        self.cell = Arc::default();
        if flights.get(&self.id).is_some_and(|cell| Arc::strong_count(cell) == 1) {
            flights.remove(&self.id);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicU32;
    use std::sync::mpsc;

    use super::*;

    const OK: Check = Check { ok: true, must_update: false, readable: true };
    const WRONG: Check = Check { ok: false, must_update: false, readable: true };

    #[tokio::test(flavor = "multi_thread")]
    async fn equal_checks_at_one_time_are_done_once() {
        let pool = Arc::new(Pool::new(1, 100));
        let done = Arc::new(AtomicU32::new(0));
        let (start, wait) = mpsc::channel::<()>();
        let wait = Arc::new(Mutex::new(wait));
        let mut asked = Vec::new();
        for _ in 0..50 {
            let (pool, done, wait) = (pool.clone(), done.clone(), wait.clone());
            asked.push(tokio::spawn(async move {
                let work = move || {
                    wait.lock().unwrap().recv().unwrap();
                    done.fetch_add(1, Ordering::SeqCst);
                    OK
                };
                pool.check([0; 32], [1; 32], work).await
            }));
        }
        while pool.flights.lock().unwrap().values().map(Arc::strong_count).sum::<usize>() < 51 {
            tokio::task::yield_now().await;
        }
        start.send(()).unwrap();
        for one in asked {
            assert!(one.await.unwrap().unwrap().ok);
        }
        assert_eq!(done.load(Ordering::SeqCst), 1);
        assert!(pool.flights.lock().unwrap().is_empty());
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_full_queue_is_busy_and_keeps_a_part_for_hashes_that_never_failed() {
        let pool = Arc::new(Pool::new(1, 7));
        assert!(!pool.check([9; 32], [0; 32], || WRONG).await.unwrap().ok);
        let (start, wait) = mpsc::channel::<()>();
        let wait = Arc::new(Mutex::new(wait));
        let mut asked = Vec::new();
        for n in 0..6 {
            let (pool, wait) = (pool.clone(), wait.clone());
            asked.push(tokio::spawn(async move {
                let work = move || {
                    wait.lock().unwrap().recv().unwrap();
                    OK
                };
                pool.check([9; 32], [n + 1; 32], work).await
            }));
        }
        while pool.queued.load(Ordering::SeqCst) < 6 {
            tokio::task::yield_now().await;
        }
        let guess = pool.check([9; 32], [100; 32], || OK).await;
        assert!(
            matches!(guess, Err(Failure::Busy)),
            "a hash that was guessed at waits within three quarters"
        );
        let (other, waits) = (pool.clone(), wait.clone());
        let unknown = tokio::spawn(async move {
            let work = move || {
                waits.lock().unwrap().recv().unwrap();
                OK
            };
            other.check([8; 32], [101; 32], work).await
        });
        while pool.queued.load(Ordering::SeqCst) < 7 {
            tokio::task::yield_now().await;
        }
        (0..7).for_each(|_| start.send(()).unwrap());
        assert!(unknown.await.unwrap().unwrap().ok, "another hash still gets a place");
        for one in asked {
            assert!(one.await.unwrap().is_ok());
        }
        assert_eq!(pool.queued.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_check_that_nobody_waits_for_any_more_is_forgotten() {
        let pool = Pool::new(1, 1);
        let (start, wait) = mpsc::channel::<()>();
        let check = pool.check([0; 32], [1; 32], move || {
            let _ = wait.recv();
            OK
        });
        let waited = tokio::time::timeout(std::time::Duration::from_millis(50), check).await;
        assert!(waited.is_err());
        assert!(pool.flights.lock().unwrap().is_empty());
        drop(start);
    }
}

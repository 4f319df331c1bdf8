//! A bounded number of permits: who has one may use a connection.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnAcquireErr, DbErr};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a request waits for one.
const PATIENCE: Duration = Duration::from_secs(30);

/// Clones share the permits.
#[derive(Clone)]
pub struct Permits(Arc<Semaphore>);

/// A permit until it is dropped.
pub type Permit = OwnedSemaphorePermit;

impl Permits {
    pub fn new(most: usize) -> Permits {
        Permits(Arc::new(Semaphore::new(most)))
    }

    /// # Errors
    /// A timeout when all permits stay taken; that they are closed.
    pub async fn take(&self) -> Result<Permit, DbErr> {
        let permit = tokio::time::timeout(PATIENCE, self.0.clone().acquire_owned()).await;
        let timeout = |_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
        let closed = |_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed);
        permit.map_err(timeout)?.map_err(closed)
    }

    /// Nobody gets a permit any more.
    pub fn close(&self) {
        self.0.close();
    }
}

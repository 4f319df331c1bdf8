//! A bounded number of permits: who has one may use a connection.

use std::sync::Arc;
use std::time::Duration;

use sea_orm::{ConnAcquireErr, DbErr};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// Clones share the permits.
#[derive(Clone)]
pub struct Permits {
    permits: Arc<Semaphore>,
    /// How long a request waits for one.
    patience: Duration,
}

/// A permit until it is dropped.
pub type Permit = OwnedSemaphorePermit;

impl Permits {
    pub fn new(most: usize, patience: Duration) -> Permits {
        Permits { permits: Arc::new(Semaphore::new(most)), patience }
    }

    /// # Errors
    /// A timeout when all permits stay taken; that they are closed.
    pub async fn take(&self) -> Result<Permit, DbErr> {
        let permit = tokio::time::timeout(self.patience, self.permits.clone().acquire_owned()).await;
        let timeout = |_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout);
        let closed = |_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed);
        permit.map_err(timeout)?.map_err(closed)
    }

    /// Nobody gets a permit any more.
    pub fn close(&self) {
        self.permits.close();
    }
}

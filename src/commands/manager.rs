//! What a service manager hears of the server (systemd: Type=notify, WatchdogSec). Nothing where there is none.

use sd_notify::NotifyState;

/// The server answers. From now on it says so as often as the manager wants to hear it.
pub fn ready() {
    tell(&[NotifyState::Ready]);
    if let Some(time) = sd_notify::watchdog_enabled() {
        tokio::spawn(async move {
            let mut often = tokio::time::interval(time / 2);
            loop {
                often.tick().await;
                tell(&[NotifyState::Watchdog]);
            }
        });
    }
}

/// It finishes what is in flight.
pub fn stopping() {
    tell(&[NotifyState::Stopping]);
}

fn tell(states: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(states) {
        tracing::warn!(%error, "the service manager (NOTIFY_SOCKET) does not hear");
    }
}

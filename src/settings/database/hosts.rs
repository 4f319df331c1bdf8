//! HOST and PORT: one server, or several with commas, as libpq takes them.

use super::ServerAddress;
use crate::settings::error::Unfit;

/// One port counts for all hosts; an empty one is the engine's.
///
/// # Errors
/// A port that is none, or another number of ports than of hosts.
pub(super) fn pair(names: &str, ports: &str) -> Result<Vec<ServerAddress>, Unfit> {
    let names: Vec<&str> = names.split(',').map(str::trim).collect();
    let ports: Vec<&str> = ports.split(',').map(str::trim).collect();
    if ports.len() > 1 && ports.len() != names.len() {
        return Err(
            format!("{} ports for {} hosts; one for all, or one for each", ports.len(), names.len()).into()
        );
    }
    let parsed = ports.iter().map(|text| match *text {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| Unfit(format!("{text} is no port (1 to 65535)"))),
    });
    let ports = parsed.collect::<Result<Vec<Option<u16>>, Unfit>>()?;
    let port = |at: usize| ports.get(at).or(ports.first()).copied().flatten();
    Ok(names
        .iter()
        .enumerate()
        .map(|(at, host)| ServerAddress { host: (*host).to_owned(), port: port(at) })
        .collect())
}

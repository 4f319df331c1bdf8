//! As much of a PostgreSQL server as a test needs: it lets everybody in, and answers or ends a connection as it is told.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does when it is asked.
#[derive(Clone, Copy)]
pub enum Reply {
    Done,
    /// Refuses with this SQLSTATE, and ends the connection where that is what it means (57P01).
    Refuse(&'static str),
    HangUp,
    /// Reads on, and never answers.
    Nothing,
}

/// Connection and text, in the order in which they came; the connection's end is `end`. Connections count from 0, from
/// their first statement on: the driver may open one that it keeps for later.
pub type Log = Arc<Mutex<Vec<(usize, String)>>>;

pub struct FakePostgres {
    pub url: String,
    pub log: Log,
    /// It takes no more connections at a time than this.
    pub most: Arc<AtomicUsize>,
}

impl FakePostgres {
    /// `script` is asked about each statement: the number of its connection, and its text.
    pub async fn start(script: impl Fn(usize, &str) -> Reply + Send + Sync + 'static) -> FakePostgres {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let log = Log::default();
        let (script, told, asked) = (Arc::new(script), log.clone(), Arc::new(AtomicUsize::new(0)));
        let (most, open) = (Arc::new(AtomicUsize::new(usize::MAX)), Arc::new(AtomicUsize::new(0)));
        let limit = most.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, told, asked) = (script.clone(), told.clone(), asked.clone());
                let open = open.clone();
                let is_full = open.fetch_add(1, Ordering::SeqCst) >= limit.load(Ordering::SeqCst);
                tokio::spawn(async move {
                    let mut number = None;
                    let _ = serve(stream, is_full, |sql| {
                        let number = *number.get_or_insert_with(|| asked.fetch_add(1, Ordering::SeqCst));
                        told.lock().unwrap().push((number, sql.to_owned()));
                        script(number, sql)
                    })
                    .await;
                    open.fetch_sub(1, Ordering::SeqCst);
                    let ended = number.map(|number| (number, "end".to_owned()));
                    told.lock().unwrap().extend(ended);
                });
            }
        });
        FakePostgres { url: format!("postgres://somebody@127.0.0.1:{port}/site?sslmode=disable"), log, most }
    }

    /// What one connection was asked.
    pub fn asked(&self, connection: usize) -> Vec<String> {
        let log = self.log.lock().unwrap();
        log.iter().filter(|(of, _)| *of == connection).map(|(_, what)| what.clone()).collect()
    }
}

async fn serve(
    mut stream: TcpStream,
    is_full: bool,
    mut answer: impl FnMut(&str) -> Reply,
) -> std::io::Result<()> {
    let length = stream.read_u32().await?;
    let mut startup = vec![0; usize::try_from(length).unwrap() - 4];
    stream.read_exact(&mut startup).await?;
    if is_full {
        return stream.write_all(&refusal("53300")).await;
    }
    // AuthenticationOk, ReadyForQuery.
    stream.write_all(&[b"R\0\0\0\x08\0\0\0\0".as_slice(), READY].concat()).await?;
    loop {
        let kind = stream.read_u8().await?;
        let length = stream.read_u32().await?;
        let mut body = vec![0; usize::try_from(length).unwrap() - 4];
        stream.read_exact(&mut body).await?;
        match kind {
            b'Q' => {}
            // Sync: the driver asks whether the server is there.
            b'S' => {
                answer("sync");
                stream.write_all(READY).await?;
                continue;
            }
            _ => return Ok(()),
        }
        let sql = String::from_utf8(body).unwrap();
        match answer(sql.trim_end_matches('\0')) {
            Reply::Done => stream.write_all(&[message(b'C', b"DONE\0"), READY.to_vec()].concat()).await?,
            Reply::Refuse(state) => {
                stream.write_all(&refusal(state)).await?;
                if state.starts_with("57P") {
                    return Ok(());
                }
                stream.write_all(READY).await?;
            }
            Reply::HangUp => return Ok(()),
            Reply::Nothing => {}
        }
    }
}

const READY: &[u8] = b"Z\0\0\0\x05I";

/// Of a plan that is stale it says which function found it.
fn refusal(state: &str) -> Vec<u8> {
    let routine = if state == "0A000" { "RRevalidateCachedQuery\0" } else { "" };
    let fields = format!("SFATAL\0VFATAL\0C{state}\0Mas the test says\0{routine}\0");
    message(b'E', fields.as_bytes())
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap();
    [[kind].as_slice(), &length.to_be_bytes(), body].concat()
}

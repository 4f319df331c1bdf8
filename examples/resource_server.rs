//! A small resource server: notes that only a valid token may read and write, in one program with the provider.
//!
//!     cargo run --example resource_server -- slash-o.toml 127.0.0.1:9001
//!     curl -H "Authorization: Bearer …" http://127.0.0.1:9001/notes

use std::sync::{Arc, Mutex};

use poem::listener::TcpListener;
use poem::web::{Data, Json};
use poem::{EndpointExt, Route, Server, get, handler};

use slash_o::{App, Token};

/// Owner and text.
type Notes = Arc<Mutex<Vec<(String, String)>>>;

/// The token's user, or the application that acts for itself.
fn owner(token: &Token) -> String {
    token.username.clone().or_else(|| token.client_id.clone()).unwrap_or_default()
}

#[handler]
fn list(token: Token, notes: Data<&Notes>) -> poem::Result<Json<Vec<String>>> {
    token.require(&["read"])?;
    let notes = notes.lock().map(|notes| notes.clone()).unwrap_or_default();
    let owner = owner(&token);
    Ok(Json(notes.into_iter().filter(|(of, _)| *of == owner).map(|(_, text)| text).collect()))
}

#[handler]
fn add(token: Token, notes: Data<&Notes>, text: String) -> poem::Result<()> {
    token.require(&["write"])?;
    if let Ok(mut notes) = notes.lock() {
        notes.push((owner(&token), text));
    }
    Ok(())
}

/// Our own routes first; everything else is the provider's.
pub fn routes(app: &Arc<App>) -> Route {
    let notes = get(list).post(add).data(Notes::default()).data(app.clone());
    Route::new().at("/notes", notes).nest_no_strip("/", slash_o::app(app))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let config = arguments.next().ok_or("usage: resource_server SETTINGS [ADDRESS]")?;
    let address = arguments.next().unwrap_or_else(|| "127.0.0.1:9001".into());
    let app = slash_o::open(config.as_ref()).await?;
    println!("http://{address}/notes");
    Server::new(TcpListener::bind(address)).run(routes(&app)).await?;
    Ok(())
}

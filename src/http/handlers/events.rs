//! What changes, as it changes: server-sent events, resumable.

use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_util::{StreamExt, stream};

use crate::http::call::Call;
use crate::http::problem_details::Failure;
use crate::service::changes::Change;
use crate::service::filter::Invalid;

/// A comment is sent this often, so that proxies keep the connection and a client that went away is noticed.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// Streams changes: `id` is the version of the world that holds the change. `event: reset` asks to load everything again,
/// because too much was missed.
pub fn stream(call: Call) -> Pin<Box<dyn Future<Output = Result<HttpResponse, Failure>>>> {
    Box::pin(async move {
        let last_seen = match &call.last_event_id {
            None => None,
            Some(id) => {
                let wrong = |_| Invalid::new("Last-Event-ID", "not_a_count", id, "0…");
                Some(id.parse::<u64>().map_err(wrong)?)
            }
        };
        let changes = call.atlas.changes(last_seen);
        let first = stream::iter([Ok::<_, Infallible>(Bytes::from_static(b"retry: 3000\n\n"))]);
        let rest = stream::unfold(changes, |mut changes| async move {
            let bytes = match tokio::time::timeout(HEARTBEAT, changes.next()).await {
                Err(_) => Bytes::from_static(b": still here\n\n"),
                Ok(Some(change)) => message(&change),
                Ok(None) => return None,
            };
            Some((Ok(bytes), changes))
        });
        Ok(HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/event-stream"))
            .insert_header((header::CACHE_CONTROL, "public, no-cache"))
            .streaming(first.chain(rest)))
    })
}

fn message(change: &Change) -> Bytes {
    Bytes::from(match change {
        Change::StartOver(version) => format!("event: reset\nid: {version}\ndata: {{}}\n\n"),
        Change::Records(records) => {
            let data = serde_json::to_string(records).expect("a change is plain data");
            format!("event: change\nid: {}\ndata: {data}\n\n", records.version)
        }
    })
}

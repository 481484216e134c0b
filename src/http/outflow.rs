//! Long bodies, made piece by piece while they are sent: one piece in the making, one on its way.
//!
//! So many are sent at once; a client that takes nothing for a while is let go, so that it holds neither a place nor a world.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{self, Bytes};
use futures_util::{Stream, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};

use super::problem_details::Failure;

/// Long bodies that are sent at the same time. Whoever comes later gets 503.
pub const MAX_OUTFLOWS: usize = 16;
/// Longest time in which a client must take a piece.
const TAKEN_WITHIN: Duration = Duration::from_secs(30);

/// A place among the long bodies. Errors: all are taken.
pub fn place(places: &Arc<Semaphore>) -> Result<OwnedSemaphorePermit, Failure> {
    Arc::clone(places).try_acquire_owned().map_err(|_| Failure::Busy)
}

/// A body of the pieces that `next` makes, on a thread for such work, until it gives none.
///
/// When `next` fails the connection is cut, so that nobody takes a part for the whole.
pub fn stream<F>(place: OwnedSemaphorePermit, mut next: F) -> impl Stream<Item = io::Result<Bytes>> + 'static
where
    F: FnMut() -> Result<Option<Vec<u8>>, String> + Send + 'static,
{
    // `None` is the end; a channel that closes without it was cut.
    let (sender, receiver) = mpsc::channel::<Option<Bytes>>(1);
    actix_web::rt::spawn(async move {
        let _place = place;
        loop {
            let made = web::block(move || {
                let piece = next();
                (next, piece)
            });
            let Ok((returned, piece)) = made.await else { return };
            next = returned;
            let piece = match piece {
                Ok(piece) => piece.map(Bytes::from),
                Err(error) => {
                    tracing::error!(error, "a download broke off");
                    return;
                }
            };
            let is_last = piece.is_none();
            let taken = tokio::time::timeout(TAKEN_WITHIN, sender.send(piece)).await;
            if is_last || !matches!(taken, Ok(Ok(()))) {
                return;
            }
        }
    });
    stream::unfold(Some(receiver), |receiver| async {
        let mut receiver = receiver?;
        match receiver.recv().await {
            Some(Some(piece)) => Some((Ok(piece), Some(receiver))),
            Some(None) => None,
            None => Some((Err(io::ErrorKind::BrokenPipe.into()), None)),
        }
    })
}

//! Binding, limits and the headers that every answer has.

use std::collections::BTreeMap;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use actix_web::body::BoxBody;
use actix_web::dev::Server;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::{self, Bytes, BytesMut};
use actix_web::{App, HttpRequest, HttpResponse, HttpServer};
use futures_util::StreamExt;
use serde::Deserialize;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::Semaphore;

use super::answer::Answer;
use super::call::{Call, Context, bearer_of};
use super::count;
use super::handlers::pages;
use super::outflow::MAX_OUTFLOWS;
use super::problem_details::Failure;
use super::routes::{Handler, Method as RouteMethod, ROUTES, Route};
use crate::domain::role::Permission;
use crate::messages::Language;
use crate::service::Atlas;
use crate::service::access::AccessError;
use crate::service::basemap::Basemap;

/// Settings of the HTTP side.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct HttpConfig {
    /// How the service is reached from outside (`https://atlas.example`); without it, as the request says.
    pub public_url: Option<String>,
    /// Threads that draw and count at the same time; 0 = as many as there are cores.
    pub work_threads: usize,
    /// Requests that may wait for one of them. Whoever comes later gets 503.
    pub work_queue: usize,
    /// Sends Strict-Transport-Security; for services behind TLS.
    pub hsts: bool,
}

impl Default for HttpConfig {
    fn default() -> Self {
        Self { public_url: None, work_threads: 0, work_queue: 128, hsts: false }
    }
}

/// Time within which a client must have sent its headers.
const HEADERS_WITHIN: Duration = Duration::from_secs(5);
/// Time that running answers get when the service stops; streams of events would last for ever.
const STOP_WITHIN_S: u64 = 2;
/// Open connections at the same time.
const MAX_CONNECTIONS: usize = 4_096;

/// Bytes of a body that are read though nobody will look at them.
const SHORT_BODY_BYTES: usize = 64 << 10;

/// What may be loaded into our pages: only what is ours.
pub(super) const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// What every worker thread shares.
struct Shared {
    atlas: Arc<Atlas>,
    basemap: Option<Arc<Basemap>>,
    metrics_text: fn() -> String,
    config: HttpConfig,
    work: Semaphore,
    waiting: AtomicUsize,
    outflows: Arc<Semaphore>,
}

/// Answers requests on `listener` until the process is told to stop: SIGTERM or SIGINT. From the moment this returns
/// either of them lets running answers end; requests are taken once the server is awaited.
///
/// `basemap` is what the administrator put under the map. `metrics_text` gives what has been counted, as Prometheus reads it.
///
/// # Errors
/// When the system refuses the listener or the signals.
pub fn start(
    atlas: Arc<Atlas>,
    listener: TcpListener,
    config: HttpConfig,
    basemap: Option<Basemap>,
    metrics_text: fn() -> String,
) -> std::io::Result<Server> {
    // The framework's own listening begins at the first poll: a process told to stop before that would just be ended.
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let told_to_stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    };
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let threads = if config.work_threads == 0 { cores } else { config.work_threads };
    let work = Semaphore::new(threads);
    let outflows = Arc::new(Semaphore::new(MAX_OUTFLOWS));
    let waiting = AtomicUsize::new(0);
    let basemap = basemap.map(Arc::new);
    let shared = web::Data::new(Shared { atlas, basemap, metrics_text, config, work, waiting, outflows });
    let app = move || {
        let mut app = App::new().app_data(shared.clone()).default_service(web::to(not_found));
        for (first, paths) in by_first_segment() {
            app = match &paths[..] {
                [path] if !path.contains('{') => app.service(resource(path, path)),
                // The framework tries pattern after pattern: a scope spares it those of all other first segments.
                _ => app.service(scope(first, &paths)),
            };
        }
        app
    };
    let server = HttpServer::new(app)
        .listen(listener)?
        .workers(cores)
        .max_connections(MAX_CONNECTIONS)
        .client_request_timeout(HEADERS_WITHIN)
        .shutdown_timeout(STOP_WITHIN_S)
        .shutdown_signal(told_to_stop)
        .run();
    Ok(server)
}

/// All paths by their first segment (`/tiles`), those without variable parts first: they must win.
fn by_first_segment() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut paths: Vec<&str> = ROUTES.iter().map(|route| route.path).collect();
    paths.sort_unstable_by_key(|path| (path.matches('{').count(), *path));
    paths.dedup();
    let mut grouped: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for path in paths {
        let end = path[1..].find('/').map_or(path.len(), |at| at + 1);
        grouped.entry(&path[..end]).or_default().push(path);
    }
    grouped
}

fn scope(first: &'static str, paths: &[&'static str]) -> actix_web::Scope {
    paths.iter().fold(web::scope(first), |scope, path| scope.service(resource(path, &path[first.len()..])))
}

/// All methods of a path. `below` is what of it the scope leaves.
fn resource(path: &'static str, below: &str) -> actix_web::Resource {
    let mut resource = web::resource(below);
    for route in ROUTES.iter().filter(|route| route.path == path) {
        let handle = move |shared: web::Data<Shared>, request: HttpRequest, payload: web::Payload| {
            answer(shared, route, request, payload)
        };
        resource = match route.method {
            RouteMethod::Get => resource.route(web::get().to(handle)).route(web::head().to(handle)),
            RouteMethod::Post => resource.route(web::post().to(handle)),
            RouteMethod::Delete => resource.route(web::delete().to(handle)),
        };
    }
    resource.default_service(web::to(method_not_allowed))
}

async fn answer(
    shared: web::Data<Shared>,
    route: &'static Route,
    request: HttpRequest,
    payload: web::Payload,
) -> HttpResponse {
    let started = Instant::now();
    let outcome = handle(&shared, route, &request, payload).await;
    let mut response = outcome.unwrap_or_else(|failure| match route.is_page {
        true => pages::refused(&shared.atlas, request.path(), &failure).into_unencoded_response(),
        false => failed(&failure, language_of(&request), request.path()),
    });
    add_headers(&mut response, &shared.config);
    count::answered(route.path, response.status().as_u16(), started.elapsed());
    response
}

async fn handle(
    shared: &web::Data<Shared>,
    route: &'static Route,
    request: &HttpRequest,
    payload: web::Payload,
) -> Result<HttpResponse, Failure> {
    if request.headers().contains_key(header::CONTENT_ENCODING) {
        // A body of 1.6 kB can unpack to a gigabyte.
        return Err(Failure::UnsupportedMediaType("identity"));
    }
    if let Err(error) = admitted(shared, route, request) {
        // A short body is read away, so that the connection can be used again.
        let _ = read_body(payload, SHORT_BODY_BYTES).await;
        return Err(error.into());
    }
    let body = read_body(payload, route.body_bytes).await?;
    let context = Context {
        atlas: Arc::clone(&shared.atlas),
        basemap: shared.basemap.clone(),
        public_url: shared.config.public_url.as_deref(),
        metrics_text: shared.metrics_text,
        outflows: Arc::clone(&shared.outflows),
    };
    let call = Call::parse(context, request, body, route)?;
    match &route.handler {
        Handler::Quick(quick) => Ok(quick(&call)?.into_response(&call)),
        Handler::Work(work) => worked(shared, call, *work).await,
        Handler::Kept { look, work } => match look(&call)? {
            Some(kept) => Ok(kept.into_response(&call)),
            None => worked(shared, call, *work).await,
        },
        Handler::Waiting(wait) => wait(call).await,
    }
}

/// Whether a token gives the permission of a route. Asked before the body is read: megabytes are held for nobody who may not
/// send them.
fn admitted(shared: &Shared, route: &Route, request: &HttpRequest) -> Result<(), AccessError> {
    if route.permission != Permission::ReadPublic {
        shared.atlas.authenticate(bearer_of(request), route.permission)?;
    }
    Ok(())
}

/// Runs work on the blocking pool. At most so many run at once, at most so many wait.
async fn worked(
    shared: &web::Data<Shared>,
    call: Call,
    work: fn(&Call) -> Result<Answer, Failure>,
) -> Result<HttpResponse, Failure> {
    let waiting = Waiting::enter(shared)?;
    let permit = shared.work.acquire().await.map_err(|_| Failure::Busy)?;
    drop(waiting);
    let (call, outcome) = web::block(move || {
        let outcome = work(&call);
        (call, outcome)
    })
    .await
    .map_err(|error| Failure::Internal(error.to_string()))?;
    drop(permit);
    Ok(outcome?.into_response(&call))
}

/// A place in the queue; left when dropped, also when the client goes away.
struct Waiting<'a>(&'a AtomicUsize);

impl<'a> Waiting<'a> {
    fn enter(shared: &'a Shared) -> Result<Self, Failure> {
        let place = Self(&shared.waiting);
        if shared.waiting.fetch_add(1, Ordering::Relaxed) >= shared.config.work_queue {
            return Err(Failure::Busy);
        }
        Ok(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

async fn read_body(mut payload: web::Payload, most: usize) -> Result<Bytes, Failure> {
    let mut body = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|_| Failure::Conflict("the body was cut short".to_owned()))?;
        if body.len() + piece.len() > most {
            return Err(Failure::TooLarge(most));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body.freeze())
}

async fn not_found(shared: web::Data<Shared>, request: HttpRequest) -> HttpResponse {
    refused(&shared, &request, &Failure::NotFound)
}

async fn method_not_allowed(shared: web::Data<Shared>, request: HttpRequest) -> HttpResponse {
    let pattern = request.match_pattern().unwrap_or_default();
    let own = ROUTES.iter().filter(|route| route.path == pattern);
    let methods: Vec<&str> = own.flat_map(|route| route.method.allowed()).copied().collect();
    refused(&shared, &request, &Failure::MethodNotAllowed(methods.join(", ")))
}

fn refused(shared: &Shared, request: &HttpRequest, failure: &Failure) -> HttpResponse {
    let accepted = request.headers().get(header::ACCEPT).and_then(|v| v.to_str().ok());
    let mut response = if accepted.is_some_and(|accepted| accepted.contains("text/html")) {
        pages::refused(&shared.atlas, request.path(), failure).into_unencoded_response()
    } else {
        failed(failure, language_of(request), request.path())
    };
    add_headers(&mut response, &shared.config);
    count::answered("other", response.status().as_u16(), Duration::ZERO);
    response
}

fn failed(failure: &Failure, language: Language, path: &str) -> HttpResponse {
    failure.answer(language, path).into_unencoded_response()
}

fn language_of(request: &HttpRequest) -> Language {
    let accepted = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok());
    Language::preferred(accepted.unwrap_or(""))
}

fn add_headers(response: &mut HttpResponse<BoxBody>, config: &HttpConfig) {
    let public =
        response.headers().get(header::CACHE_CONTROL).is_some_and(|v| v.as_bytes().starts_with(b"public"));
    // A refusal says nothing that whoever asks did not know; a 2xx that is not public may.
    let refusal = response.status().is_client_error() || response.status().is_server_error();
    // A frame for other sites says itself who they are; X-Frame-Options cannot.
    let has_policy = response.headers().contains_key(header::CONTENT_SECURITY_POLICY);
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &'static str| {
        headers.insert(name, HeaderValue::from_static(value));
    };
    if !has_policy {
        put(header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY);
        put(header::X_FRAME_OPTIONS, "DENY");
    }
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    put(header::REFERRER_POLICY, "strict-origin-when-cross-origin");
    if public || refusal {
        put(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*");
    }
    if config.hsts {
        put(header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains");
    }
}

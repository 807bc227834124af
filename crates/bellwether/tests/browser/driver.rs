//! Chromium with a driver of its own, on a free port, in a folder that goes with it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use axum::http::Method;
use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use kernel::time::Stopwatch;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// How long a page may take to come to a state. Generous: a slow machine is no fault of the page.
const PATIENCE: Duration = Duration::from_secs(20);

/// Browsers that this process started.
static NEXT: AtomicU32 = AtomicU32::new(0);

/// Whether pages may run scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Script {
    On,
    Off,
}

/// One browser with one window.
pub(crate) struct Browser {
    /// The WebDriver session.
    pub(crate) client: Client,
    driver: Child,
    folder: PathBuf,
}

/// A command of the developer tools' protocol, which chromedriver passes on.
#[derive(Debug)]
struct Tools {
    command: &'static str,
    params: Value,
}

impl WebDriverCompatibleCommand for Tools {
    fn endpoint(
        &self,
        base: &reqwest::Url,
        session: Option<&str>,
    ) -> Result<reqwest::Url, <reqwest::Url as std::str::FromStr>::Err> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &reqwest::Url) -> (Method, Option<String>) {
        (Method::POST, Some(json!({ "cmd": self.command, "params": self.params }).to_string()))
    }
}

fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

/// What to start, or why there is nothing to start.
fn programs() -> Result<(PathBuf, PathBuf), &'static str> {
    let chromium = program("chromium").ok_or("there is no chromium in PATH (Debian: apt-get install chromium)")?;
    let driver = program("chromedriver").ok_or("there is no chromedriver in PATH (Debian: apt-get install chromium-driver)")?;
    Ok((chromium, driver))
}

/// True if a missing browser is a failure.
pub(crate) fn required() -> bool {
    std::env::var_os("BELLWETHER_BROWSER").is_some_and(|v| v == "required")
}

/// Says why a test is passed over, or fails where nothing may be passed over.
pub(crate) fn pass_over(why: &str) {
    assert!(!required(), "{why}, and BELLWETHER_BROWSER=required");
    eprintln!("Skipped: {why}");
}

impl Browser {
    /// Starts one; `None` after saying why there is none.
    pub(crate) async fn start(script: Script) -> Option<Self> {
        let (chromium, chromedriver) = match programs() {
            Ok(found) => found,
            Err(why) => {
                pass_over(why);
                return None;
            }
        };
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!(
            "chromium-{}-{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        ));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder for the browser");
        let (driver, port) = started(&chromedriver).await;
        let mut args = vec![format!("--user-data-dir={}", folder.display())];
        args.extend(
            [
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
            ]
            .map(str::to_owned),
        );
        let mut options = json!({ "binary": chromium, "args": args });
        if script == Script::Off {
            options["prefs"] = json!({ "profile.managed_default_content_settings.javascript": 2 });
        }
        let wanted = json!({ "browserName": "chrome", "goog:chromeOptions": options });
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted.as_object().cloned().expect("an object"))
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .expect("chromedriver starts Chromium");
        let browser = Self { client, driver, folder };
        browser.width(1440).await;
        Some(browser)
    }

    /// Ends it and removes its folder.
    pub(crate) async fn end(self) {
        let Self { client, mut driver, folder } = self;
        let _ = client.close().await;
        let _ = driver.kill().await;
        let _ = std::fs::remove_dir_all(folder);
    }

    /// A command of the developer tools' protocol.
    pub(crate) async fn tools(&self, command: &'static str, params: Value) -> Value {
        let answer = self.client.issue_cmd(Tools { command, params }).await;
        answer.unwrap_or_else(|e| panic!("{command}: {e}"))
    }

    /// Sets the width of the window, in CSS pixels.
    pub(crate) async fn width(&self, width: u32) {
        let metrics = json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false });
        self.tools("Emulation.setDeviceMetricsOverride", metrics).await;
    }

    /// Opens a page.
    pub(crate) async fn open(&self, url: &str) {
        self.client.goto(url).await.unwrap_or_else(|e| panic!("{url}: {e}"));
    }

    /// Runs a script, which is no part of the page, and gives back what it returns.
    pub(crate) async fn script(&self, text: &str) -> Value {
        self.client.execute(text, Vec::new()).await.unwrap_or_else(|e| panic!("{text}: {e}"))
    }

    /// What an expression is, as text.
    pub(crate) async fn text(&self, expression: &str) -> String {
        let value = self.script(&format!("return String({expression})")).await;
        value.as_str().unwrap_or_default().to_owned()
    }

    /// Path and query of the page that is open.
    pub(crate) async fn place(&self) -> String {
        let url = self.client.current_url().await.expect("an address");
        match url.query() {
            Some(query) => format!("{}?{query}", url.path()),
            None => url.path().to_owned(),
        }
    }

    /// Waits until an expression is true on whichever page is open then.
    #[track_caller]
    pub(crate) fn until<'a>(&'a self, expression: &'a str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        async move { self.wait(expression, caller).await }
    }

    async fn wait(&self, expression: &str, caller: &std::panic::Location<'_>) {
        let watch = Stopwatch::start();
        // Between two pages there is no document to ask; then it is asked again.
        while !matches!(self.client.execute(&format!("return Boolean({expression})"), Vec::new()).await, Ok(Value::Bool(true))) {
            if watch.elapsed() > PATIENCE {
                let shown = self.text("location.pathname + '\\n' + document.body?.innerText").await;
                panic!("{caller}: never came true: {expression}\n{}", shown.chars().take(3000).collect::<String>());
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until a page is open of which this is true, whole and with its script: a key pressed earlier reaches nobody.
    #[track_caller]
    pub(crate) fn arrived<'a>(&'a self, expression: &str) -> impl Future<Output = ()> + 'a {
        let caller = std::panic::Location::caller();
        let whole = format!("({expression}) && document.readyState === 'complete'");
        async move { self.wait(&whole, caller).await }
    }

    /// Presses and releases keys one after the other, wherever the focus is.
    pub(crate) async fn keys(&self, keys: &str) {
        let mut sequence = KeyActions::new("keyboard".into());
        for value in keys.chars() {
            sequence = sequence.then(KeyAction::Down { value }).then(KeyAction::Up { value });
        }
        self.client.perform_actions(sequence).await.unwrap_or_else(|e| panic!("keys {keys:?}: {e}"));
    }

    /// Presses one key.
    pub(crate) async fn key(&self, key: Key) {
        self.keys(&char::from(key).to_string()).await;
    }

    /// Presses a key while Control is held.
    pub(crate) async fn control(&self, value: char) {
        let held = char::from(Key::Control);
        let sequence = KeyActions::new("keyboard".into())
            .then(KeyAction::Down { value: held })
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value })
            .then(KeyAction::Up { value: held });
        self.client.perform_actions(sequence).await.unwrap_or_else(|e| panic!("Control {value}: {e}"));
    }

    /// Presses Tab until the element of a selector has the focus, as somebody without a mouse does.
    pub(crate) async fn tab_to(&self, selector: &str) {
        for _ in 0..200 {
            if self.script(&format!("return document.activeElement.matches({})", json!(selector))).await == json!(true) {
                return;
            }
            self.key(Key::Tab).await;
        }
        panic!("Tab never comes to {selector} on {}", self.place().await);
    }
}

/// A driver on a port of its own. It asks for the port twice, once for each family of addresses, and gives up if somebody
/// was faster in between.
async fn started(program: &Path) -> (Child, u16) {
    for _ in 0..5 {
        let mut driver = Command::new(program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .expect("chromedriver starts");
        if let Some(port) = port_of(&mut driver).await {
            return (driver, port);
        }
    }
    panic!("chromedriver ended five times before it named its port");
}

async fn port_of(driver: &mut Child) -> Option<u16> {
    let mut lines = BufReader::new(driver.stdout.take()?).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let port = line.rsplit_once("on port ").and_then(|(_, rest)| rest.trim_end_matches('.').parse().ok());
        if let Some(port) = port.filter(|p| *p != 0) {
            // What it says later is nobody's concern, but a full pipe would hold it up.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Some(port);
        }
    }
    None
}

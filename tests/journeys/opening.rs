//! Somebody opens the app for the first time; its page keeps to a strict policy

use anyhow::Result;

use crate::world::World;

/// Tries what an attacker who could run script in the page would try next, and names what stopped
/// each attempt.
const ATTEMPTS: &str = r"
const done = arguments[0];
const stopped = [];
document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) => {
  stopped.push(effectiveDirective);
  if (stopped.length === 4) done(stopped.sort().join(' '));
});
try { document.body.insertAdjacentHTML('beforeend', '<b>planted</b>') } catch { }
try { document.createElement('script').text = 'planted()' } catch { }
const style = document.createElement('style');
style.textContent = 'body { display: none }';
document.head.append(style);
new Image().src = 'http://127.0.0.1:18080/planted.png';
setTimeout(() => done(`only ${stopped}`), 20000);
";

#[tokio::test(flavor = "multi_thread")]
async fn journey() -> Result<()> {
    let world = World::start().await?;
    let visitor = world.open("visitor").await?;

    visitor.goto("/").await?;
    visitor.wait_for_path("/sign-in").await?;
    visitor.see("Sign in").await?;
    visitor.check_quiet(&[]).await?;
    visitor.check_screen("sign-in").await?;

    let stopped = visitor.eval_async(ATTEMPTS).await?;
    assert_eq!(
        stopped,
        "img-src require-trusted-types-for require-trusted-types-for style-src-elem"
    );
    assert!(visitor.check_quiet(&[]).await.is_err());
    Ok(())
}

//! Somebody opens the app for the first time; its page keeps to a strict policy

use std::fs;

use anyhow::Result;
use zegel_xtask::programs;

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

/// Leptos writes a nested element without anything dynamic in it as `innerHTML`, which the policy
/// blocks: the page would stop at that place, perhaps one that no other journey comes to.
#[test]
fn the_bindings_never_write_markup() -> Result<()> {
    let mut scripts = 0;
    for entry in fs::read_dir(programs::journey_dist())? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "js") {
            scripts += 1;
            let text = fs::read_to_string(&path)?;
            assert!(!text.contains("innerHTML"), "{}", path.display());
        }
    }
    assert!(scripts >= 2, "page and worker have bindings");
    Ok(())
}

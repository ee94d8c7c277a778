//! Finding elements by what assistive technology calls them.

use fantoccini::{
    Client,
    elements::{Element, ElementRef},
};
use serde_json::Value;

/// The first visible element of one of the roles (argument 0) with the accessible name (1), whole
/// or only its beginning (2). Role and name are Chromium's own, switched on by `driver`.
///
/// While a modal dialog is open, everything outside it is out of reach, for a person as well.
pub(super) const FIND: &str = r"
const [roles, name, whole] = arguments;
const plain = (text) => (text ?? '').replace(/\s+/g, ' ').trim();
const modals = [...document.querySelectorAll('dialog:modal')];
const root = modals.at(-1) ?? document;
const all = [...root.querySelectorAll(':not(svg *, head *)')];
if (modals.length) all.unshift(root);
return all.find((element) => {
  if (!element.checkVisibility({ visibilityProperty: true })) return false;
  if (!roles.includes(element.computedRole)) return false;
  const own = plain(element.computedName) || plain(element.innerText);
  return whole ? own === name : own.startsWith(name);
}) ?? null;
";

/// WebDriver's own key for a reference to an element.
const KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The element that a script returned.
pub(super) fn from_json(client: &Client, value: &Value) -> Option<Element> {
    let id = value.get(KEY)?.as_str()?.to_owned();
    Some(Element::from_element_id(
        client.clone(),
        ElementRef::from(id),
    ))
}

//! Lists of messages, reading, writing, safety numbers.

use super::texts;

texts! {
    MESSAGES: "Messages" | "Berichten";
    MESSAGE: "Message" | "Bericht";
    REFRESH: "Check for new mail" | "Nieuwe berichten ophalen";
    TODAY: "Today" | "Vandaag";
    YESTERDAY: "Yesterday" | "Gisteren";
    EARLIER: "Earlier" | "Eerder";
    UNREAD: "Unread." | "Ongelezen.";
    NO_SUBJECT: "(no subject)" | "(geen onderwerp)";
    OPENING_LIST: "Opening your messages" | "Je berichten worden geopend";
    OPENING_MESSAGE: "Opening the message" | "Het bericht wordt geopend";
    INBOX_EMPTY: "No messages yet" | "Nog geen berichten";
    INBOX_EMPTY_HINT: "Messages that people send to your address appear here." | "Berichten die mensen naar je adres sturen, verschijnen hier.";
    SENT_EMPTY: "Nothing sent yet" | "Nog niets verzonden";
    SENT_EMPTY_HINT: "Messages that you send appear here." | "Berichten die je verstuurt, verschijnen hier.";
    CHOOSE: "No message chosen" | "Geen bericht gekozen";
    CHOOSE_HINT: "Choose one in the list to read it here." | "Kies er een in de lijst om het hier te lezen.";
    WRITE_FIRST: "Write a message" | "Schrijf een bericht";
    NOT_AUTHENTIC: "Not authentic" | "Niet authentiek";
    NOT_AUTHENTIC_ROW: "Not signed by its sender, or altered" | "Niet ondertekend door de afzender, of gewijzigd";
    LOCKED: "Sealed with an earlier key" | "Verzegeld met een eerdere sleutel";
    LOCKED_ROW: "Cannot be opened with the key you have now" | "Kan niet worden geopend met de sleutel die je nu hebt";
    BACK_TO: "Back to {folder}" | "Terug naar {folder}";
    ACTIONS: "Message actions" | "Acties voor het bericht";
    MARK_UNREAD: "Mark as unread" | "Markeren als ongelezen";
    MARK_UNREAD_FAILED: "Not marked as unread. Try again." | "Niet als ongelezen gemarkeerd. Probeer het opnieuw.";
    REPLY: "Reply" | "Beantwoorden";
    REPLY_ALL: "Reply to all" | "Allen beantwoorden";
    REPLY_PREFIX: "Re: " | "Re: ";
    REPLY_QUOTE: "{name} wrote on {date}:" | "{name} schreef op {date}:";
    FROM_TO: "to {names}" | "aan {names}";
    YOU: "you" | "jou";
    SEALED: "Sealed end to end" | "Van begin tot eind verzegeld";
    KEY_DETAILS: "Key details" | "Sleutelgegevens";
    COMPARE_NUMBERS: "Compare safety numbers" | "Veiligheidsnummers vergelijken";
    KEY_OF: "Key of" | "Sleutel van";
    VOUCHED_BY: "How it is known" | "Hoe dit bekend is";
    ADDRESS: "Address" | "Adres";
    TRUST_VERIFIED: "You compared the safety number with this person." | "Je hebt het veiligheidsnummer met deze persoon vergeleken.";
    TRUST_CERTIFIED: "{organisation} certifies that this key belongs to this address, and you know {organisation}." | "{organisation} bevestigt dat deze sleutel bij dit adres hoort, en {organisation} is bij jou bekend.";
    TRUST_NOT_VERIFIED: "Only the server says that this key belongs to this address. Compare safety numbers to be sure." | "Alleen de server zegt dat deze sleutel bij dit adres hoort. Vergelijk veiligheidsnummers om zeker te zijn.";
    TRUST_CHANGED: "This is another key than you knew of this person. It changes after a password reset; it can also mean that somebody else poses as them." | "Dit is een andere sleutel dan je van deze persoon kende. Dat gebeurt na een wachtwoordherstel; het kan ook betekenen dat iemand anders zich voor deze persoon uitgeeft.";
    TRUST_OWN: "You wrote this message yourself." | "Je hebt dit bericht zelf geschreven.";

    TO: "To" | "Aan";
    ADD_RECIPIENT: "Add a recipient" | "Ontvanger toevoegen";
    RECIPIENT_EXAMPLE: "name@domain.example" | "naam@domein.example";
    RECIPIENTS: "Recipients" | "Ontvangers";
    REMOVE: "Remove {name}" | "{name} verwijderen";
    LOOKING_UP: "Looking up {address}" | "{address} wordt opgezocht";
    RECIPIENT_PROBLEM: "“{address}”: {problem}" | "“{address}”: {problem}";
    SUBJECT: "Subject" | "Onderwerp";
    TEXT: "Message" | "Bericht";
    SEND: "Send" | "Versturen";
    SENT_TOAST: "Message sent" | "Bericht verzonden";
    NOT_SENT: "Not sent. Everything you wrote is still here." | "Niet verstuurd. Alles wat je schreef staat er nog.";
    CLOSE_DRAFT: "Close and keep draft" | "Sluiten en concept bewaren";
    DELETE_DRAFT: "Delete draft" | "Concept verwijderen";
    DRAFT_DELETED: "Draft deleted" | "Concept verwijderd";
    UNDO: "Undo" | "Ongedaan maken";
    SAVING_DRAFT: "Saving draft…" | "Concept wordt bewaard…";
    DRAFT_SAVED: "Draft saved {time}" | "Concept bewaard {time}";
    DRAFT_NOT_SAVED: "Draft not saved." | "Concept niet bewaard.";
    SAVE_NOW: "Save now" | "Nu bewaren";
    WHO_OPENS: "Who can open this" | "Wie dit kan openen";
    NOBODY_YET: "Only you, until you add somebody." | "Alleen jij, tot je iemand toevoegt.";
    ONE_AND_YOU: "1 recipient and you" | "1 ontvanger en jij";
    COUNT_AND_YOU: "{count} recipients and you" | "{count} ontvangers en jij";

    REPLACE_DRAFT_TITLE: "Replace the draft you were writing?" | "Het concept waaraan je schreef vervangen?";
    REPLACE_DRAFT_TEXT: "There is an unsent draft. A reply takes its place." | "Er is een concept dat nog niet is verstuurd. Een antwoord komt in plaats daarvan.";
    REPLACE_DRAFT: "Replace draft" | "Concept vervangen";
    OPEN_DRAFT: "Open draft" | "Concept openen";

    KEY_CHANGED_TITLE: "{name} has a new key" | "{name} heeft een nieuwe sleutel";
    KEY_CHANGED_TEXT: "That happens after a password reset. It can also mean that somebody else poses as {name}. Call {name} on a number you already know." | "Dat gebeurt na een wachtwoordherstel. Het kan ook betekenen dat iemand anders zich voor {name} uitgeeft. Bel {name} op een nummer dat je al kende.";
    KEY_CHANGED_TYPE: "Safety number that {name} reads to you" | "Veiligheidsnummer dat {name} je voorleest";
    TAKE_OFF: "Take {name} off this message" | "{name} van dit bericht halen";
    ACCEPT_KEY: "Accept without comparing" | "Accepteren zonder vergelijken";
    COMPARE: "Compare numbers" | "Nummers vergelijken";
    KEY_ACCEPTED: "New key of {name} accepted, not verified" | "Nieuwe sleutel van {name} geaccepteerd, niet geverifieerd";
    NOW_VERIFIED: "{name} is verified" | "{name} is geverifieerd";

    SAFETY_TITLE: "Safety number with {name}" | "Veiligheidsnummer met {name}";
    SAFETY_INTRO: "Call each other, or meet. When both numbers are right, nobody stands between you, not even the server." | "Bel elkaar, of spreek af. Kloppen beide nummers, dan staat er niemand tussen jullie in, ook de server niet.";
    SAFETY_OWN: "Your number: read it to {name}" | "Jouw nummer: lees het voor aan {name}";
    SAFETY_TYPE: "Number that {name} reads to you" | "Nummer dat {name} je voorleest";
    SAFETY_HINT: "30 digits in 6 groups. Spaces do not matter." | "30 cijfers in 6 groepen. Spaties maken niet uit.";
    SAFETY_MATCH: "The numbers match" | "De nummers kloppen";
    SAFETY_MATCH_TEXT: "{name} is verified from now on, in messages and when you write." | "{name} is vanaf nu geverifieerd, in berichten en als je schrijft.";
    SAFETY_DIFFER: "The numbers differ" | "De nummers verschillen";
    SAFETY_DIFFER_TEXT: "Somebody may be reading along. Do not send confidential messages to {name} until this is cleared up." | "Misschien leest er iemand mee. Stuur {name} geen vertrouwelijke berichten tot dit is opgehelderd.";
    SAFETY_ALREADY: "You compared this number before. You can do it again." | "Je hebt dit nummer al eens vergeleken. Je kunt het opnieuw doen.";
}

//! Words used all over: buttons, navigation, landmarks.

use super::texts;

texts! {
    SKIP_TO_CONTENT: "Skip to content" | "Naar de inhoud";
    OPEN_NAVIGATION: "Open navigation" | "Navigatie openen";
    PAGE_TITLE: "{page} · Zegel" | "{page} · Zegel";
    LOADING: "Opening Zegel" | "Zegel wordt geopend";
    NOT_FOUND: "This page does not exist" | "Deze pagina bestaat niet";
    NOT_FOUND_HINT: "The address may be mistyped, or the page has moved." | "Misschien zit er een typefout in het adres, of de pagina is verplaatst.";
    TO_INBOX: "Go to inbox" | "Naar Postvak IN";

    CANCEL: "Cancel" | "Annuleren";
    DISCARD_TYPED: "Discard what you typed?" | "Wat je typte weggooien?";
    KEEP_TYPING: "Keep typing" | "Verder typen";
    DISCARD: "Discard" | "Weggooien";
    CLOSE: "Close" | "Sluiten";
    CONTINUE: "Continue" | "Verder";
    TRY_AGAIN: "Try again" | "Opnieuw proberen";
    LOAD_MORE: "Load more" | "Meer laden";
    COPY: "Copy" | "Kopiëren";
    COPIED: "Copied" | "Gekopieerd";
    COPY_FAILED: "This browser did not allow copying. Select the text and copy it yourself." | "Deze browser staat kopiëren niet toe. Selecteer de tekst en kopieer hem zelf.";
    DOWNLOAD: "Download" | "Downloaden";
    PRINT: "Print" | "Afdrukken";
    DISMISS: "Dismiss" | "Melding sluiten";
    SHOW_PASSWORD: "Show password" | "Wachtwoord tonen";

    ENGLISH: "English" | "English";
    DUTCH: "Nederlands" | "Nederlands";
    LANGUAGE: "Language" | "Taal";

    MAIL_NAVIGATION: "Mail folders" | "Mappen";
    NEW_MESSAGE: "New message" | "Nieuw bericht";
    INBOX: "Inbox" | "Postvak IN";
    STARRED: "Starred" | "Met ster";
    DRAFTS: "Drafts" | "Concepten";
    SENT: "Sent" | "Verzonden";
    ARCHIVE: "Archive" | "Archief";
    TRASH: "Bin" | "Prullenbak";
    DRAFT_COUNT: "{count} drafts" | "{count} concepten";
    SETTINGS: "Settings" | "Instellingen";
    UNREAD_COUNT: "{count} unread" | "{count} ongelezen";

    ADMINISTRATION: "Administration" | "Beheer";
    ACCOUNTS: "Accounts" | "Accounts";
    DOMAINS: "Domains" | "Domeinen";
    AUDIT_LOG: "Audit log" | "Auditlogboek";
    ORGANISATION: "Organisation" | "Organisatie";
    BACK_TO_MAIL: "Back to mail" | "Terug naar e-mail";
    ADMINISTRATORS_ONLY: "This page is for administrators" | "Deze pagina is voor beheerders";
    ADMINISTRATORS_ONLY_HINT: "Ask an administrator of your organisation to do this, or to make you an administrator." | "Vraag een beheerder van je organisatie om dit te doen, of om je beheerder te maken.";

    ADMINISTRATOR: "Administrator" | "Beheerder";
    CREATE_ORGANISATION: "Create an organisation" | "Organisatie aanmaken";
    REVIEW_ADOPTION: "Review the invitation to join" | "Uitnodiging om toe te treden bekijken";
    SIGN_OUT: "Sign out" | "Uitloggen";
    APPEARANCE: "Appearance" | "Weergave";
    AS_SYSTEM: "As on this device" | "Zoals op dit apparaat";
    LIGHT: "Light" | "Licht";
    DARK: "Dark" | "Donker";

    PASSWORD_TITLE: "Enter your password to continue" | "Voer je wachtwoord in om verder te gaan";
    PASSWORD_REASON: "This needs your account key, and only your password opens it. The key stays on this device." | "Hiervoor is je accountsleutel nodig, en alleen je wachtwoord opent die. De sleutel blijft op dit apparaat.";
    PASSWORD: "Password" | "Wachtwoord";
    ACCOUNT: "Account" | "Account";

    PROGRESS_DERIVING: "Turning your password into a key" | "Je wachtwoord wordt omgezet in een sleutel";
    PROGRESS_CONTACTING: "Contacting the server" | "Contact met de server";
    PROGRESS_SEALING: "Sealing and signing" | "Verzegelen en ondertekenen";
    PROGRESS_OPENING: "Opening and checking seals" | "Openen en zegels controleren";
    PROGRESS_DNS: "Asking two name resolvers" | "Twee naamservers worden gevraagd";
    PROGRESS_BATCH: "{done} of {total} done" | "{done} van {total} klaar";

    VERIFIED: "Verified by you" | "Door jou geverifieerd";
    CERTIFIED: "Certified by {organisation}" | "Gecertificeerd door {organisation}";
    NOT_VERIFIED: "Not verified" | "Niet geverifieerd";
    FIRST_MET: "Not verified: met for the first time" | "Niet geverifieerd: eerste contact";
    KEY_CHANGED: "Key changed" | "Sleutel gewijzigd";
    NO_KEY: "No key known" | "Geen sleutel bekend";
    OWN_KEY: "Your own key" | "Je eigen sleutel";
    SAFETY_NUMBER: "Safety number" | "Veiligheidsnummer";
    SAFETY_NUMBER_IS: "Safety number: {number}" | "Veiligheidsnummer: {number}";
    NUMBER_TYPED: "{count} of 30 digits. Spaces do not matter." | "{count} van 30 cijfers. Spaties maken niet uit.";
    NUMBER_EMPTY: "The number is missing. Type all 30 digits." | "Het nummer ontbreekt. Typ alle 30 cijfers.";
    NUMBER_COUNT: "A safety number has 30 digits. You typed {count}." | "Een veiligheidsnummer heeft 30 cijfers. Je typte er {count}.";
    NUMBER_OTHER: "A safety number has digits only. “{character}” is none." | "Een veiligheidsnummer heeft alleen cijfers. “{character}” is er geen.";
}

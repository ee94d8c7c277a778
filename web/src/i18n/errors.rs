//! What went wrong, in words for the person in front of the page: what is wrong with this value,
//! then how to fix it.

use zegel_api::ErrorCode;
use zegel_client::view::{AdoptionStop, Failure, Field, Reason};

use super::{Text, fill, texts};

texts! {
    OFFLINE: "The server cannot be reached. Check your connection and try again; nothing you typed is lost." | "De server is niet bereikbaar. Controleer je verbinding en probeer het opnieuw; wat je hebt getypt blijft bewaard.";
    PROTOCOL: "The server gave an answer that this version of Zegel does not understand. Reload the page and try again." | "De server gaf een antwoord dat deze versie van Zegel niet begrijpt. Laad de pagina opnieuw en probeer het nog eens.";
    NOT_AUTHENTIC: "What the server sent is not signed by who it should be. Nothing was done. Tell your administrator." | "Wat de server stuurde is niet ondertekend door wie het zou moeten zijn. Er is niets gedaan. Meld dit bij je beheerder.";
    ROLLBACK: "The server showed something older than this browser has seen before. Nothing was done. Tell your administrator." | "De server liet iets zien dat ouder is dan wat deze browser al kende. Er is niets gedaan. Meld dit bij je beheerder.";
    SIGNED_OUT: "Your session has ended. Sign in again to go on." | "Je sessie is beëindigd. Log opnieuw in om verder te gaan.";
    PASSWORD_NEEDED: "This needs your password. Enter it and try again." | "Hiervoor is je wachtwoord nodig. Voer het in en probeer het opnieuw.";
    FILE_CHANGED: "This file cannot be read, or it changed since it was chosen. Remove it and choose it again." | "Dit bestand kan niet worden gelezen of is gewijzigd nadat het is gekozen. Verwijder het en kies het opnieuw.";
    DEVICE_FULL: "This device could not store the file. Make room and try again." | "Dit apparaat kon het bestand niet opslaan. Maak ruimte vrij en probeer het opnieuw.";
    FILE_NOT_FOUND: "A file is not on the server any more: its message was taken back or deleted, or it rested in a draft for too long. To send the rest, remove it." | "Een bestand staat niet meer op de server: het bericht ervan is teruggenomen of verwijderd, of het lag te lang in een concept. Verwijder het om de rest te versturen.";
    FILE_NOT_AUTHENTIC: "This file is not the one that the sender attached: it was altered or is incomplete. Nothing was saved." | "Dit is niet het bestand dat de afzender heeft bijgevoegd: het is gewijzigd of onvolledig. Er is niets opgeslagen.";
    FILE_TOO_LARGE: "This file is larger than this server allows. Remove it, or send it in pieces." | "Dit bestand is groter dan deze server toestaat. Verwijder het of verstuur het in delen.";
    INTERNAL: "Something unexpected happened in this browser. Reload the page and try again." | "Er ging iets onverwachts mis in deze browser. Laad de pagina opnieuw en probeer het nog eens.";

    EMPTY: "This is empty. Fill it in to continue." | "Dit veld is leeg. Vul het in om verder te gaan.";
    EMPTY_ADDRESS: "The e-mail address is missing. Enter it to continue." | "Het e-mailadres ontbreekt. Vul het in om verder te gaan.";
    EMPTY_PASSWORD: "The password is missing. Enter it to continue." | "Het wachtwoord ontbreekt. Vul het in om verder te gaan.";
    EMPTY_NAME: "The name is missing. Enter it to continue." | "De naam ontbreekt. Vul die in om verder te gaan.";
    EMPTY_CODE: "The code is missing. Enter it from the e-mail." | "De code ontbreekt. Neem die over uit de e-mail.";
    EMPTY_RECIPIENT: "There is nobody to send this to. Add at least one address." | "Er is niemand om dit naartoe te sturen. Voeg minstens één adres toe.";
    EMPTY_TEXT: "The message is empty. Write something before sending." | "Het bericht is leeg. Schrijf iets voordat je het verstuurt.";
    MALFORMED: "This is not in the form that is needed. Compare it with the example." | "Dit heeft niet de juiste vorm. Vergelijk het met het voorbeeld.";
    MALFORMED_ADDRESS: "This is no complete e-mail address. Write it like name@domain.example." | "Dit is geen volledig e-mailadres. Schrijf het als naam@domein.example.";
    MALFORMED_DOMAIN: "This is no complete domain. Write it like domain.example, without “@” or “https://”." | "Dit is geen volledig domein. Schrijf het als domein.example, zonder “@” of “https://”.";
    MALFORMED_CODE: "The code has another form. Copy it exactly from the e-mail." | "De code heeft een andere vorm. Neem hem precies over uit de e-mail.";
    MALFORMED_NUMBER: "A safety number has 30 digits in 6 groups. Type all of them." | "Een veiligheidsnummer heeft 30 cijfers in 6 groepen. Typ ze allemaal.";
    TOO_LONG: "This is too long. Shorten it." | "Dit is te lang. Maak het korter.";
    TOO_LONG_NAME: "This name has more than 100 characters. Shorten it." | "Deze naam heeft meer dan 100 tekens. Maak hem korter.";
    TOO_LONG_SUBJECT: "The subject is too long. Move part of it into the message." | "Het onderwerp is te lang. Zet een deel ervan in het bericht.";
    TOO_LONG_TEXT: "The message is too long. Split it into two messages." | "Het bericht is te lang. Verdeel het over twee berichten.";
    TOO_LONG_RECIPIENT: "A message goes to at most 100 people. Send it in two parts." | "Een bericht gaat naar hoogstens 100 personen. Verstuur het in twee delen.";
    PASSWORD_TOO_SHORT: "Use at least 12 characters. Three or four words work well." | "Gebruik minstens 12 tekens. Drie of vier woorden werken goed.";
    PASSWORD_TOO_COMMON: "This password is easy to guess. Choose one that is not a common word, your name or your address." | "Dit wachtwoord is makkelijk te raden. Kies iets anders dan een bekend woord, je naam of je adres.";
    RECOVERY_CODE_MISMATCH: "The last group is different on your copy. Compare it with the code above and type it again." | "De laatste groep is anders op jouw kopie. Vergelijk met de code hierboven en typ hem opnieuw.";
    NUMBER_MISMATCH: "These numbers differ. Read them to each other once more; if they still differ, do not trust this key." | "Deze nummers verschillen. Lees ze nog eens aan elkaar voor; verschillen ze weer, vertrouw deze sleutel dan niet.";
    RECIPIENT_KEY_CHANGED: "The key of this recipient changed. Decide about it before sending." | "De sleutel van deze ontvanger is gewijzigd. Beslis daarover voordat je verstuurt.";

    NOT_VERIFIED: "Only the server says that this key is theirs. Compare safety numbers first." | "Alleen de server zegt dat deze sleutel van hen is. Vergelijk eerst veiligheidsnummers.";
    NOT_A_COLLEAGUE: "This person does not belong to your organisation, which allows this for colleagues only." | "Deze persoon hoort niet bij je organisatie, en die staat dit alleen voor collega’s toe.";
    LEFT_TO_ADMINISTRATORS: "Your organisation leaves this to its administrators. Ask one of them." | "Je organisatie laat dit over aan haar beheerders. Vraag het een van hen.";
    CANCELLED: "You stopped this; nothing was changed." | "Je hebt dit gestopt; er is niets veranderd.";
    NO_ACCESS: "You have no access to this account any more." | "Je hebt geen toegang meer tot dit account.";

    ADDRESS_OUTSIDE_DOMAIN: "Your address is not in the domain of this organisation. Nothing was shared." | "Je adres hoort niet bij het domein van deze organisatie. Er is niets gedeeld.";
    RECORD_NOT_AUTHENTIC: "The organisation’s record does not check out from its first version on. Nothing was shared. Tell an administrator." | "Het dossier van de organisatie klopt niet vanaf de eerste versie. Er is niets gedeeld. Meld dit bij een beheerder.";
    DOMAIN_NOT_ADOPTING: "The organisation’s signed record does not say that it adopts accounts in this domain. Nothing was shared." | "Het ondertekende dossier van de organisatie zegt niet dat zij accounts in dit domein adopteert. Er is niets gedeeld.";
    RECORD_TOO_OLD: "The organisation’s record is older than 90 days. Ask an administrator to sign in, which renews it, and try again." | "Het dossier van de organisatie is ouder dan 90 dagen. Vraag een beheerder om in te loggen, dat vernieuwt het, en probeer het opnieuw.";
    PINNED_OTHERWISE: "This account already knows another record of an organisation. Nothing was shared. Ask an administrator in person." | "Dit account kent al een ander dossier van een organisatie. Er is niets gedeeld. Vraag het persoonlijk aan een beheerder.";
    LINK_OTHER_ORGANISATION: "The link you opened belongs to another organisation than the one that asks. Nothing was shared. Tell the administrator who gave you the link." | "De link die je hebt geopend hoort bij een andere organisatie dan die erom vraagt. Er is niets gedeeld. Meld dit bij de beheerder die je de link gaf.";
    LINK_NEWER_RECORD: "The link you opened knows a newer record than the server shows. Nothing was shared. Tell the administrator who gave you the link." | "De link die je hebt geopend kent een nieuwer dossier dan de server laat zien. Er is niets gedeeld. Meld dit bij de beheerder die je de link gaf.";
    DNS_OTHER_ORGANISATION: "The domain’s record in DNS names another organisation than the one that asks. Nothing was shared. Tell an administrator." | "Het record van het domein in DNS noemt een andere organisatie dan die erom vraagt. Er is niets gedeeld. Meld dit bij een beheerder.";
    DNS_AMBIGUOUS: "DNS does not give one answer about this domain. Nothing was shared. Tell an administrator." | "DNS geeft geen eenduidig antwoord over dit domein. Er is niets gedeeld. Meld dit bij een beheerder.";
    NOT_AUTHENTICATED: "Nothing has proved yet that this organisation is the one you know. Open your personal link, or type its safety number." | "Er is nog niets dat bewijst dat dit de organisatie is die je kent. Open je persoonlijke link, of typ het veiligheidsnummer.";

    BAD_REQUEST: "The server did not accept this value. Check it and try again." | "De server accepteert deze waarde niet. Controleer hem en probeer het opnieuw.";
    WRONG_CREDENTIALS: "This e-mail address and password do not belong together. Check the password; capitals count." | "Dit e-mailadres en wachtwoord horen niet bij elkaar. Controleer het wachtwoord; hoofdletters tellen mee.";
    WRONG_PASSWORD: "This is not the password of this account. Check it; capitals count." | "Dit is niet het wachtwoord van dit account. Controleer het; hoofdletters tellen mee.";
    FORBIDDEN: "Your account may not do this. Ask an administrator of your organisation." | "Je account mag dit niet doen. Vraag een beheerder van je organisatie.";
    NOT_FOUND: "It is not there any more. Reload the page to see what changed." | "Het is er niet meer. Laad de pagina opnieuw om te zien wat er is veranderd.";
    CONFLICT: "Something changed meanwhile. Reload the page, look at it again and repeat your action." | "Intussen is er iets veranderd. Laad de pagina opnieuw, kijk er nog eens naar en herhaal je actie.";
    DUPLICATE_ID: "This exists already. Reload the page before trying again." | "Dit bestaat al. Laad de pagina opnieuw voordat je het nog eens probeert.";
    TOO_LARGE: "This is larger than the server accepts. Make it smaller." | "Dit is groter dan de server accepteert. Maak het kleiner.";
    TOO_MANY_REQUESTS: "Too many attempts. Wait a moment before trying again." | "Te veel pogingen. Wacht even voordat je het opnieuw probeert.";
    TOO_MANY_REQUESTS_SECONDS: "Too many attempts. Try again in {seconds} s." | "Te veel pogingen. Probeer het over {seconds} s opnieuw.";
    SERVER_INTERNAL: "The server failed; nothing was changed. Try again in a moment." | "Er ging iets mis op de server; er is niets veranderd. Probeer het zo opnieuw.";
    UNAVAILABLE: "The server is not available right now; nothing was changed. Try again in a moment." | "De server is nu niet beschikbaar; er is niets veranderd. Probeer het zo opnieuw.";
    WRONG_CODE: "This code is different from the one in the e-mail. Compare it with the newest e-mail." | "Deze code is anders dan die in de e-mail. Vergelijk hem met de nieuwste e-mail.";
    EXPIRED_CODE: "This code no longer works: too old, or tried too often. Ask for a new one." | "Deze code werkt niet meer: te oud, of te vaak geprobeerd. Vraag een nieuwe aan.";
    EXPIRED_TICKET: "It took too long since your address was checked. Ask for a new code." | "Het is te lang geleden dat je adres is gecontroleerd. Vraag een nieuwe code aan.";
    SERVER_NOT_AUTHENTIC: "The server could not confirm a signature; nothing was changed. Reload the page and try again." | "De server kon een handtekening niet bevestigen; er is niets veranderd. Laad de pagina opnieuw en probeer het nog eens.";
    UNKNOWN_RECIPIENT: "No Zegel account has this address. Check it, or take it off this message." | "Geen enkel Zegel-account heeft dit adres. Controleer het, of haal het van dit bericht.";
    STALE_RECIPIENT: "A recipient got new keys just now. Send again, and Zegel uses the new ones." | "Een ontvanger kreeg zojuist nieuwe sleutels. Verstuur opnieuw; Zegel gebruikt dan de nieuwe.";
    STALE_CHAIN: "Another message of yours went first just now. Send again; nothing is lost." | "Een ander bericht van je was net eerder. Verstuur opnieuw; er is niets verloren.";
    GONE: "Its sender took this message back, or its time is over." | "De afzender heeft dit bericht teruggenomen, of de tijd ervan is om.";
    QUOTA: "Too many uploads are unfinished. Wait until they are done, or cancel one." | "Er zijn te veel onvoltooide uploads. Wacht tot ze klaar zijn, of annuleer er een.";
    NOT_ACTIVE: "This account cannot be used now: it has no keys yet, or an administrator suspended it." | "Dit account kan nu niet worden gebruikt: het heeft nog geen sleutels, of een beheerder heeft het geblokkeerd.";
    NOT_A_PERSON: "This is a functional account. Choose a person: only people can be given access." | "Dit is een functioneel account. Kies een persoon: alleen mensen kunnen toegang krijgen.";
    ADDRESS_TAKEN: "An account has this address already. Choose another one." | "Er is al een account met dit adres. Kies een ander.";
    DOMAIN_NOT_OWNED: "Your organisation does not hold this domain. Claim it first, or choose another one." | "Je organisatie heeft dit domein niet. Claim het eerst, of kies een ander.";
    ALREADY_MEMBER: "This account belongs to an organisation already." | "Dit account hoort al bij een organisatie.";
    PUBLIC_DOMAIN: "Everybody can get an address in this domain, so no organisation can claim it. Enter a domain of your own." | "Iedereen kan een adres in dit domein krijgen; geen organisatie kan het claimen. Vul een eigen domein in.";
    DOMAIN_TAKEN: "Another organisation holds this domain. If it is yours, ask them to release it." | "Een andere organisatie heeft dit domein. Is het van jullie, vraag dan of zij het vrijgeven.";
    DOMAIN_ALREADY_CLAIMED: "Your organisation has claimed this domain already. You find it in the list." | "Je organisatie heeft dit domein al geclaimd. Je vindt het in de lijst.";
    TXT_MISSING: "The TXT record is not there yet. Check its name and value; new records can take an hour to show." | "Het TXT-record is er nog niet. Controleer naam en waarde; nieuwe records zijn soms pas na een uur zichtbaar.";
    TXT_OTHER_ORGANISATION: "The TXT record names another organisation, or there are two records. Leave only the one shown here." | "Het TXT-record noemt een andere organisatie, of er zijn twee records. Laat alleen het record staan dat je hier ziet.";
    TXT_WRONG_NONCE: "The TXT record has an earlier value. Replace it by the one shown here." | "Het TXT-record heeft een eerdere waarde. Vervang die door de waarde die je hier ziet.";
    DNS_FAILED: "The name server of this domain did not answer. Try again in a few minutes." | "De naamserver van dit domein gaf geen antwoord. Probeer het over een paar minuten opnieuw.";
    DOMAIN_NOT_PROVED: "The proof of this domain is older than ten minutes. Press Check again." | "Het bewijs van dit domein is ouder dan tien minuten. Druk opnieuw op Controleren.";
    DOMAIN_RELEASED: "The organisation released this domain meanwhile. Nothing was shared; you can go on using your account." | "De organisatie heeft dit domein intussen vrijgegeven. Er is niets gedeeld; je kunt je account gewoon blijven gebruiken.";
    MAIL_FAILED: "The e-mail could not be handed to the mail server. Try again in a few minutes." | "De e-mail kon niet aan de mailserver worden gegeven. Probeer het over een paar minuten opnieuw.";
}

/// The text of a failure, in the page's language.
pub(crate) fn failure(failure: &Failure) -> String {
    if let (Reason::Server(ErrorCode::TooManyRequests), Some(seconds)) =
        (failure.reason, failure.retry_after_s)
    {
        return fill(
            TOO_MANY_REQUESTS_SECONDS,
            &[("seconds", &seconds.to_string())],
        );
    }
    reason(failure.reason, failure.field).get().to_owned()
}

fn reason(reason: Reason, field: Option<Field>) -> Text {
    match (reason, field) {
        (Reason::Offline, _) => OFFLINE,
        (Reason::Server(code), field) => server(code, field),
        (Reason::Protocol, _) => PROTOCOL,
        (Reason::NotAuthentic, Some(Field::Attachment)) => FILE_NOT_AUTHENTIC,
        (Reason::NotAuthentic, _) => NOT_AUTHENTIC,
        (Reason::Rollback, _) => ROLLBACK,
        (Reason::SignedOut, _) => SIGNED_OUT,
        (Reason::PasswordNeeded, _) => PASSWORD_NEEDED,
        (Reason::Malformed, Some(Field::Address | Field::Recipient)) => MALFORMED_ADDRESS,
        (Reason::Malformed, Some(Field::Domain)) => MALFORMED_DOMAIN,
        (Reason::Malformed, Some(Field::Code)) => MALFORMED_CODE,
        (Reason::Malformed, Some(Field::SafetyNumber)) => MALFORMED_NUMBER,
        (Reason::Malformed, _) => MALFORMED,
        (Reason::Empty, Some(Field::Address)) => EMPTY_ADDRESS,
        (Reason::Empty, Some(Field::Password | Field::NewPassword)) => EMPTY_PASSWORD,
        (Reason::Empty, Some(Field::Name)) => EMPTY_NAME,
        (Reason::Empty, Some(Field::Code)) => EMPTY_CODE,
        (Reason::Empty, Some(Field::Recipient)) => EMPTY_RECIPIENT,
        (Reason::Empty, Some(Field::Text)) => EMPTY_TEXT,
        (Reason::Empty, _) => EMPTY,
        (Reason::TooLong, Some(Field::Name)) => TOO_LONG_NAME,
        (Reason::TooLong, Some(Field::Subject)) => TOO_LONG_SUBJECT,
        (Reason::TooLong, Some(Field::Text)) => TOO_LONG_TEXT,
        (Reason::TooLong, Some(Field::Recipient)) => TOO_LONG_RECIPIENT,
        (Reason::TooLong, _) => TOO_LONG,
        (Reason::PasswordTooShort, _) => PASSWORD_TOO_SHORT,
        (Reason::PasswordTooCommon, _) => PASSWORD_TOO_COMMON,
        (Reason::RecoveryCodeMismatch, _) => RECOVERY_CODE_MISMATCH,
        (Reason::NumberMismatch, _) => NUMBER_MISMATCH,
        (Reason::KeyChanged, _) => RECIPIENT_KEY_CHANGED,
        (Reason::Adoption(stop), _) => adoption_stop(stop),
        (Reason::NotVerified, _) => NOT_VERIFIED,
        (Reason::NotAColleague, _) => NOT_A_COLLEAGUE,
        (Reason::LeftToAdministrators, _) => LEFT_TO_ADMINISTRATORS,
        (Reason::Cancelled, _) => CANCELLED,
        (Reason::NoAccess, _) => NO_ACCESS,
        (Reason::FileChanged, _) => FILE_CHANGED,
        (Reason::DeviceFull, _) => DEVICE_FULL,
        (Reason::Internal, _) => INTERNAL,
    }
}

const fn adoption_stop(stop: AdoptionStop) -> Text {
    match stop {
        AdoptionStop::AddressOutsideDomain => ADDRESS_OUTSIDE_DOMAIN,
        AdoptionStop::RecordNotAuthentic => RECORD_NOT_AUTHENTIC,
        AdoptionStop::DomainNotAdopting => DOMAIN_NOT_ADOPTING,
        AdoptionStop::RecordTooOld => RECORD_TOO_OLD,
        AdoptionStop::PinnedOtherwise => PINNED_OTHERWISE,
        AdoptionStop::LinkOtherOrganisation => LINK_OTHER_ORGANISATION,
        AdoptionStop::LinkNewerRecord => LINK_NEWER_RECORD,
        AdoptionStop::DnsOtherOrganisation => DNS_OTHER_ORGANISATION,
        AdoptionStop::DnsAmbiguous => DNS_AMBIGUOUS,
        AdoptionStop::NotAuthenticated => NOT_AUTHENTICATED,
    }
}

const fn server(code: ErrorCode, field: Option<Field>) -> Text {
    match code {
        ErrorCode::BadRequest => BAD_REQUEST,
        ErrorCode::SignedOut => SIGNED_OUT,
        ErrorCode::WrongCredentials => match field {
            Some(Field::Password) => WRONG_PASSWORD,
            _ => WRONG_CREDENTIALS,
        },
        ErrorCode::PasswordNeeded => PASSWORD_NEEDED,
        ErrorCode::Forbidden => FORBIDDEN,
        ErrorCode::NotFound => match field {
            Some(Field::Attachment) => FILE_NOT_FOUND,
            _ => NOT_FOUND,
        },
        ErrorCode::Conflict | ErrorCode::StaleStatement => CONFLICT,
        ErrorCode::DuplicateId => DUPLICATE_ID,
        ErrorCode::TooLarge => match field {
            Some(Field::Attachment) => FILE_TOO_LARGE,
            _ => TOO_LARGE,
        },
        ErrorCode::TooManyRequests => TOO_MANY_REQUESTS,
        ErrorCode::Internal => SERVER_INTERNAL,
        ErrorCode::Unavailable => UNAVAILABLE,
        ErrorCode::WrongCode => WRONG_CODE,
        ErrorCode::ExpiredCode => EXPIRED_CODE,
        ErrorCode::ExpiredTicket => EXPIRED_TICKET,
        ErrorCode::NotAuthentic => SERVER_NOT_AUTHENTIC,
        ErrorCode::UnknownRecipient => UNKNOWN_RECIPIENT,
        ErrorCode::StaleRecipient => STALE_RECIPIENT,
        ErrorCode::StaleChain => STALE_CHAIN,
        ErrorCode::Gone => GONE,
        ErrorCode::Quota => QUOTA,
        ErrorCode::NotActive => NOT_ACTIVE,
        ErrorCode::NotAPerson => NOT_A_PERSON,
        ErrorCode::AddressTaken => ADDRESS_TAKEN,
        ErrorCode::DomainNotOwned => DOMAIN_NOT_OWNED,
        ErrorCode::AlreadyMember => ALREADY_MEMBER,
        ErrorCode::PublicDomain => PUBLIC_DOMAIN,
        ErrorCode::DomainTaken => DOMAIN_TAKEN,
        ErrorCode::DomainAlreadyClaimed => DOMAIN_ALREADY_CLAIMED,
        ErrorCode::TxtMissing => TXT_MISSING,
        ErrorCode::TxtOtherOrganisation => TXT_OTHER_ORGANISATION,
        ErrorCode::TxtWrongNonce => TXT_WRONG_NONCE,
        ErrorCode::DnsFailed => DNS_FAILED,
        ErrorCode::DomainNotProved => DOMAIN_NOT_PROVED,
        ErrorCode::DomainReleased => DOMAIN_RELEASED,
        ErrorCode::MailFailed => MAIL_FAILED,
    }
}

//! The administration of an organisation.

use zegel_api::AuditCategory;

use super::{Text, texts};

texts! {
    CREATE_INTRO: "For a company, a practice or an association whose people use Zegel together." | "Voor een bedrijf, praktijk of vereniging waarvan de mensen Zegel samen gebruiken.";
    CREATE_NAME: "Name of the organisation" | "Naam van de organisatie";
    CREATE_NAME_HINT: "As people know it. Everybody who is asked to join sees this name." | "Zoals mensen haar kennen. Iedereen die wordt gevraagd toe te treden ziet deze naam.";
    CREATE_NAME_CHARACTER: "This name holds an invisible character or one that changes the direction of writing. Type it anew." | "Deze naam bevat een onzichtbaar teken of een teken dat de schrijfrichting verandert. Typ hem opnieuw.";
    CREATE_MEANS: "What this means" | "Wat dit betekent";
    CREATE_MEANS_KEY: "This browser makes the recovery key of the organisation. Only administrators hold it; the server cannot open it." | "Deze browser maakt de herstelsleutel van de organisatie. Alleen beheerders hebben die; de server kan hem niet openen.";
    CREATE_MEANS_YOU: "You become its first administrator. Your own account joins at once." | "Jij wordt de eerste beheerder. Je eigen account treedt meteen toe.";
    CREATE_MEANS_READ: "With the recovery key, administrators can read all messages of every account that joins, and give access back after a forgotten password." | "Met de herstelsleutel kunnen beheerders alle berichten lezen van elk account dat toetreedt, en na een vergeten wachtwoord weer toegang geven.";
    CREATE_MEANS_ONE: "With one administrator, nobody can give that administrator access back." | "Met één beheerder kan niemand die beheerder weer toegang geven.";
    CREATE_MEANS_OTHERS: "Nothing happens to other accounts yet. After this you claim your domain and adopt them." | "Met andere accounts gebeurt nog niets. Hierna claim je je domein en adopteer je ze.";
    CREATE_BUTTON: "Create organisation" | "Organisatie aanmaken";
    CREATE_DONE: "{name} is created" | "{name} is aangemaakt";
    CREATE_MEMBER: "Your account belongs to {name} already" | "Je account hoort al bij {name}";
    CREATE_MEMBER_HINT: "An account belongs to one organisation at most." | "Een account hoort bij hoogstens één organisatie.";
    CREATE_KEEP_OPEN: "Keep this tab open until it is done." | "Houd dit tabblad open tot het klaar is.";

    ORGANISATION_INTRO: "What the signed record of your organisation says, checked by this browser from the first version on." | "Wat het ondertekende dossier van je organisatie zegt, door deze browser gecontroleerd vanaf de eerste versie.";
    ONE_ADMINISTRATOR: "There is only one administrator." | "Er is maar één beheerder.";
    ONE_ADMINISTRATOR_HINT: "One is not enough: if that administrator loses access, nobody can give it back, and nobody can restore messages of anyone in the organisation." | "Eén is niet genoeg: verliest die beheerder de toegang, dan kan niemand die teruggeven, en kan niemand nog berichten van iemand in de organisatie herstellen.";
    NUMBER_TITLE: "Safety number of the organisation" | "Veiligheidsnummer van de organisatie";
    NUMBER_USE: "With this number your colleagues see that they join the right organisation. Give it to them outside Zegel: on paper, on the intranet, or read it out on the telephone. They type it in when Zegel asks them to join." | "Aan dit nummer zien je collega’s dat ze bij de juiste organisatie komen. Geef het buiten Zegel: op papier, op het intranet of voorgelezen aan de telefoon. Ze typen het in als Zegel vraagt om toe te treden.";
    NUMBER_STAYS: "It is no secret, and it stays the same for as long as the organisation exists." | "Het is niet geheim, en het blijft hetzelfde zolang de organisatie bestaat.";
    COPY_NUMBER: "Copy safety number" | "Veiligheidsnummer kopiëren";
    RECORD: "Signed record" | "Ondertekend dossier";
    RECORD_RENEWED: "An administrator’s browser signs it anew by itself, before it is 90 days old." | "De browser van een beheerder ondertekent het vanzelf opnieuw, voordat het 90 dagen oud is.";
    RECORD_NAME: "Name" | "Naam";
    RECORD_VERSION: "Version" | "Versie";
    RECORD_SIGNED: "Signed" | "Ondertekend";
    RECORD_ADMINISTRATORS: "Administrators" | "Beheerders";
    NEXT: "What comes next" | "Wat hierna komt";
    NEXT_DOMAIN: "Claim the domain of your e-mail addresses. Then you can adopt the accounts that your colleagues have already." | "Claim het domein van je e-mailadressen. Daarna kun je de accounts adopteren die je collega’s al hebben.";
    TO_DOMAINS: "Go to Domains" | "Naar Domeinen";

    WAITING: "{count} account(s) wait for your password." | "{count} account(s) wachten op je wachtwoord.";
    WAITING_HINT: "Their sealed account keys have to be checked before their keys are certified. This browser does it as soon as you enter your password." | "Hun verzegelde accountsleutels moeten worden gecontroleerd voordat hun sleutels worden gecertificeerd. Deze browser doet dat zodra je je wachtwoord invoert.";
    WAITING_ACTION: "Check now" | "Nu controleren";
    CHECKED: "{count} account(s) checked and certified" | "{count} account(s) gecontroleerd en gecertificeerd";
    CHECK_FAILED: "{count} account(s) did not pass the check." | "{count} account(s) kwamen niet door de controle.";
    CHECK_FAILED_HINT: "The sealed copy does not open, or does not hold the account’s own key. Nothing was certified; the audit log names them. Speak to these people before you trust their keys." | "De verzegelde kopie gaat niet open, of bevat niet de eigen sleutel van het account. Er is niets gecertificeerd; het auditlogboek noemt ze. Spreek deze mensen voordat je hun sleutels vertrouwt.";

    DOMAINS_INTRO: "A claimed domain proves to others that your addresses are yours, and lets you adopt accounts on it." | "Een geclaimd domein bewijst anderen dat jullie adressen van jullie zijn, en laat je de accounts erop adopteren.";
    CLAIM: "Claim a domain" | "Domein claimen";
    CLAIM_NAMED: "Claim {domain}" | "{domain} claimen";
    DOMAINS_OF: "Domains of {organisation}" | "Domeinen van {organisation}";
    DOMAIN: "Domain" | "Domein";
    STATUS: "Status" | "Status";
    ADOPTION: "Adoption" | "Adoptie";
    LAST_CHECK: "Last check" | "Laatste controle";
    ACTIONS: "Actions" | "Acties";
    CLAIMED: "Claimed" | "Geclaimd";
    WAITING_DNS: "Waiting for DNS" | "Wacht op DNS";
    WAITING_CODE: "Waiting for the code" | "Wacht op de code";
    NEVER: "Never" | "Nooit";
    NONE_YET: "None yet" | "Nog geen";
    AFTER_CLAIM: "After the claim" | "Na de claim";
    NOT_YET_ADOPTED: "{count} account(s) not yet adopted." | "{count} account(s) nog niet geadopteerd.";
    ADOPTED_OF: "Adopting: {adopted} of {total} adopted" | "Adoptie loopt: {adopted} van {total} geadopteerd";
    ADOPTED_PROGRESS: "Adopted accounts of {domain}" | "Geadopteerde accounts van {domain}";
    NONE_TO_ADOPT: "0 account(s) not yet adopted." | "0 account(s) nog niet geadopteerd.";
    ALL_ADOPTED: "All adopted" | "Alles geadopteerd";
    DOMAIN_COUNT_ONE: "1 domain" | "1 domein";
    DOMAIN_COUNT: "{count} domains" | "{count} domeinen";
    COUNTS_FRESH: "The numbers refresh by themselves" | "De aantallen verversen vanzelf";
    NO_DOMAINS: "No domain claimed yet" | "Nog geen domein geclaimd";
    NO_DOMAINS_HINT: "Claim the domain of your e-mail addresses to adopt the accounts that exist on it." | "Claim het domein van je e-mailadressen om de accounts te adopteren die er al zijn.";
    ADOPT: "Adopt" | "Adopteren";
    ADOPT_IN: "Adopt the accounts of {domain}" | "Accounts van {domain} adopteren";
    RELEASE: "Release" | "Vrijgeven";
    RELEASE_NAMED: "Release {domain}" | "{domain} vrijgeven";
    CHECK: "Check" | "Controleren";
    CHECK_NAMED: "Check {domain}" | "{domain} controleren";
    WITHDRAW: "Withdraw" | "Intrekken";
    WITHDRAW_NAMED: "Withdraw the claim of {domain}" | "Claim op {domain} intrekken";
    REMIND: "Remind" | "Herinneren";
    REMIND_NAMED: "Remind the accounts of {domain}" | "Accounts van {domain} herinneren";
    WHEN_TO_ADOPT: "When to adopt, and how to remind people" | "Wanneer adopteren, en hoe herinner je mensen";
    WHEN_TO_ADOPT_1: "Adopt after you have told your colleagues that they will be signed out once, and who is behind it." | "Adopteer nadat je je collega’s hebt verteld dat ze één keer worden uitgelogd, en wie daarachter zit.";
    WHEN_TO_ADOPT_2: "Then send each of them their personal adoption link in an ordinary e-mail; you find the links and a text under the number of accounts not yet adopted. The link proves to them that it is really you." | "Stuur daarna ieder de eigen adoptielink in een gewone e-mail; je vindt de links en een tekst onder het aantal nog niet geadopteerde accounts. Aan de link zien zij dat jullie het echt zijn.";
    WHEN_TO_ADOPT_3: "To stop an adoption, release the domain and claim it again." | "Een adoptie stop je door het domein vrij te geven en opnieuw te claimen.";

    CLAIM_DOMAIN_HINT: "Without “@”, “https://” or “www.”. Subdomains are claimed one by one." | "Zonder “@”, “https://” of “www.”. Subdomeinen claim je stuk voor stuk.";
    CLAIM_EMPTY: "The domain is missing. Type the part of your addresses after the “@”." | "Het domein ontbreekt. Typ het deel van je adressen na de “@”.";
    CLAIM_AT: "A domain has no “@”. Type only what comes after it." | "Een domein heeft geen “@”. Typ alleen wat erna komt.";
    CLAIM_AT_NAME: "A domain has no “@”. Type only {domain}." | "Een domein heeft geen “@”. Typ alleen {domain}.";
    CLAIM_WEB: "This is a web address. Type only {domain}." | "Dit is een webadres. Typ alleen {domain}.";
    CLAIM_LONG: "A domain has at most 253 characters, and 63 between two dots. Check it." | "Een domein heeft hoogstens 253 tekens, en 63 tussen twee punten. Controleer het.";
    CLAIM_METHOD: "How do you show that it is yours?" | "Hoe toon je aan dat het van jullie is?";
    CLAIM_TXT: "DNS TXT record" | "DNS-TXT-record";
    CLAIM_TXT_HINT: "Recommended. Add one line at your DNS provider and leave it there. People who are asked to join can then check by themselves that it is you." | "Aanbevolen. Voeg bij je DNS-aanbieder één regel toe en laat die staan. Wie wordt gevraagd toe te treden kan dan zelf nagaan dat jullie het zijn.";
    CLAIM_MAIL: "E-mail code" | "Code per e-mail";
    CLAIM_MAIL_HINT: "Zegel sends a 6-digit code to an address on the domain that only its owner has." | "Zegel stuurt een code van 6 cijfers naar een adres op het domein dat alleen de eigenaar heeft.";
    CLAIM_MAILBOX: "Send the code to" | "Stuur de code naar";
    CLAIM_AT_DOMAIN: "{mailbox}@ this domain" | "{mailbox}@ dit domein";
    CLAIM_TO_RECORD: "Continue to the record" | "Verder naar het record";
    CLAIM_SEND: "Send code" | "Code versturen";
    RECORD_ADD: "Add this record at your DNS provider, then press Check record. You can also close this window and check later." | "Voeg dit record toe bij je DNS-aanbieder en druk daarna op Record controleren. Je kunt dit venster ook sluiten en later controleren.";
    RECORD_TYPE: "Type" | "Type";
    RECORD_HOST: "Name" | "Naam";
    RECORD_VALUE: "Value" | "Waarde";
    COPY_RECORD_NAME: "Copy name" | "Naam kopiëren";
    COPY_RECORD_VALUE: "Copy value" | "Waarde kopiëren";
    RECORD_TAKES_TIME: "A new record can take up to an hour to show. It stays listed under Domains until then." | "Een nieuw record is soms pas na een uur zichtbaar. Tot die tijd staat het onder Domeinen.";
    CHECK_RECORD: "Check record" | "Record controleren";
    SAVE_FOR_LATER: "Save for later" | "Later verder";
    CODE_SENT: "A code was sent to {address}." | "Er is een code verstuurd naar {address}.";
    CODE: "Code from the e-mail" | "Code uit de e-mail";
    CODE_HINT: "6 digits. It works for a short time only." | "6 cijfers. De code werkt maar korte tijd.";
    CODE_EMPTY: "The code is missing. Type the 6 digits from the e-mail." | "De code ontbreekt. Typ de 6 cijfers uit de e-mail.";
    CODE_COUNT: "The code has 6 digits. You typed {count}." | "De code heeft 6 cijfers. Je typte er {count}.";
    CODE_OTHER: "The code has digits only. “{character}” is none." | "De code heeft alleen cijfers. “{character}” is er geen.";
    CHECK_CODE: "Check code" | "Code controleren";
    SEND_AGAIN: "Send again" | "Opnieuw versturen";
    SENT_AGAIN: "A new code is on its way to {address}" | "Er is een nieuwe code onderweg naar {address}";
    PROBLEM_TXT_MISSING: "The record is not visible yet" | "Het record is nog niet zichtbaar";
    PROBLEM_TXT_OTHER: "The record names another organisation" | "Het record noemt een andere organisatie";
    PROBLEM_TXT_NONCE: "The record is of an earlier claim" | "Het record is van een eerdere claim";
    PROBLEM_DNS: "The domain’s name server does not answer" | "De naamserver van het domein antwoordt niet";
    PROBLEM_MAIL: "The code could not be sent" | "De code kon niet worden verstuurd";
    PROBLEM_WITHDRAWN: "This claim was withdrawn" | "Deze claim is ingetrokken";
    PROBLEM_WITHDRAWN_HINT: "Somebody withdrew it meanwhile. Close this window and claim the domain again." | "Iemand heeft hem intussen ingetrokken. Sluit dit venster en claim het domein opnieuw.";
    PROBLEM_NOT_PROVED: "The check took too long" | "De controle duurde te lang";
    PROBLEM_TAKEN: "Already claimed by another organisation" | "Al geclaimd door een andere organisatie";
    PROBLEM_OTHER: "The claim did not go through" | "De claim is niet gelukt";
    CLAIM_DONE: "{domain} is yours" | "{domain} is van jullie";

    ADOPT_TITLE: "Adopt {count} accounts?" | "{count} accounts adopteren?";
    ADOPT_TITLE_ONE: "Adopt 1 account?" | "1 account adopteren?";
    ADOPT_TITLE_NONE: "Adopt new accounts of {domain}?" | "Nieuwe accounts van {domain} adopteren?";
    ADOPT_BUTTON: "Adopt {count} accounts" | "{count} accounts adopteren";
    ADOPT_BUTTON_ONE: "Adopt 1 account" | "1 account adopteren";
    ADOPT_BUTTON_NONE: "Adopt new accounts" | "Nieuwe accounts adopteren";
    ADOPT_LEAD: "These accounts use an address on {domain} but do not belong to your organisation yet." | "Deze accounts gebruiken een adres op {domain} maar horen nog niet bij je organisatie.";
    ADOPT_LEAD_NONE: "No account uses an address on {domain} without belonging to your organisation. Accounts made from now on are asked to join." | "Geen enkel account met een adres op {domain} staat buiten je organisatie. Accounts die vanaf nu worden gemaakt, krijgen de vraag om toe te treden.";
    ADOPT_SIGNED_OUT: "All {count} are signed out of Zegel now, on every device." | "Alle {count} worden nu uitgelogd uit Zegel, op elk apparaat.";
    ADOPT_SIGNED_OUT_ONE: "It is signed out of Zegel now, on every device." | "Het wordt nu uitgelogd uit Zegel, op elk apparaat.";
    ADOPT_ACCEPT: "Each account joins after its user signs in again and accepts. Whoever answers “Not now” stays outside, and is asked again at the next sign-in." | "Elk account treedt toe nadat de gebruiker opnieuw inlogt en accepteert. Wie “Nu niet” antwoordt blijft erbuiten, en krijgt de vraag bij de volgende keer inloggen opnieuw.";
    ADOPT_READ: "From then on, administrators can read all messages of that account, also older ones, and give access back after a forgotten password." | "Vanaf dat moment kunnen beheerders alle berichten van dat account lezen, ook oudere, en na een vergeten wachtwoord weer toegang geven.";
    ADOPT_LOCKED: "Not included: if someone reset the password before joining, messages from before that reset stay locked. Administrators cannot restore them; only that person’s recovery code, or a browser still unlocked, opens them." | "Niet inbegrepen: heeft iemand het wachtwoord vóór het toetreden gereset, dan blijven berichten van vóór die reset vergrendeld. Beheerders kunnen ze niet herstellen; alleen de herstelcode van die persoon, of een nog ontgrendelde browser, opent ze.";
    ADOPT_LATER: "Accounts that sign up on {domain} later are asked to join as well." | "Accounts die later op {domain} worden gemaakt, krijgen de vraag ook.";
    ADOPT_LOG: "The audit log shows “Join accounts to organization”, then “Account joined organization” for each one." | "Het auditlogboek toont “Join accounts to organization”, en daarna “Account joined organization” voor elk account.";
    ADOPT_STOP: "You can stop the adoption by releasing the domain and claiming it again." | "Je kunt de adoptie stoppen door het domein vrij te geven en opnieuw te claimen.";
    ADOPT_DONE: "{count} accounts signed out. They join at their next sign-in." | "{count} accounts uitgelogd. Ze treden toe bij de volgende keer inloggen.";
    ADOPT_DONE_ONE: "1 account signed out. It joins at its next sign-in." | "1 account uitgelogd. Het treedt toe bij de volgende keer inloggen.";
    ADOPT_DONE_NONE: "New accounts of {domain} are asked to join from now on." | "Nieuwe accounts van {domain} krijgen vanaf nu de vraag om toe te treden.";

    RELEASE_TITLE: "Release {domain}?" | "{domain} vrijgeven?";
    RELEASE_LEAD: "Releasing takes effect at once, for everyone on this domain." | "Vrijgeven werkt meteen, voor iedereen op dit domein.";
    RELEASE_SSO: "Nobody can sign in with SSO through this domain until it is claimed again. Zegel passwords keep working." | "Niemand kan via dit domein met SSO inloggen totdat het opnieuw is geclaimd. Zegel-wachtwoorden blijven werken.";
    RELEASE_PROVISIONING: "No accounts can be provisioned, and no e-mail aliases added, on this domain until then." | "Tot dan kunnen op dit domein geen accounts worden aangemaakt door synchronisatie, en geen e-mailaliassen worden toegevoegd.";
    RELEASE_OUTSIDE: "Accounts not yet adopted go back outside: {count}. The adoption stops; nobody is asked to join any more." | "Nog niet geadopteerde accounts gaan weer naar buiten: {count}. De adoptie stopt; niemand wordt nog gevraagd toe te treden.";
    RELEASE_OTHERS: "Another organisation can claim the domain." | "Een andere organisatie kan het domein claimen.";
    RELEASE_STAY: "Adopted accounts stay in your organisation: {count}." | "Geadopteerde accounts blijven bij je organisatie: {count}.";
    RELEASE_PROMPT: "Type {word} to release {domain}" | "Typ {word} om {domain} vrij te geven";
    RELEASE_WORD: "YES" | "JA";
    RELEASE_WRONG: "This is not {word}. Type {word}, or press Cancel to keep the domain." | "Dit is niet {word}. Typ {word}, of druk op Annuleren om het domein te houden.";
    RELEASE_BUTTON: "Release domain" | "Domein vrijgeven";
    RELEASE_DONE: "{domain} is released" | "{domain} is vrijgegeven";

    WITHDRAW_TITLE: "Withdraw the claim of {domain}?" | "Claim op {domain} intrekken?";
    WITHDRAW_RECORD: "The TXT record or code of this claim stops working." | "Het TXT-record of de code van deze claim werkt dan niet meer.";
    WITHDRAW_AGAIN: "You can claim the domain again at any time. The new claim gets its own record or code." | "Je kunt het domein altijd opnieuw claimen. De nieuwe claim krijgt een eigen record of code.";
    WITHDRAW_BUTTON: "Withdraw claim" | "Claim intrekken";
    WITHDRAW_DONE: "The claim of {domain} is withdrawn" | "De claim op {domain} is ingetrokken";

    CANDIDATES: "Accounts not yet adopted" | "Nog niet geadopteerde accounts";
    CANDIDATES_OF: "Accounts with an address on {domain} that do not belong to your organisation." | "Accounts met een adres op {domain} die niet bij je organisatie horen.";
    LAST_SIGN_IN: "Last sign-in" | "Laatst ingelogd";
    ANSWER: "Answer" | "Antwoord";
    ANSWER_NONE: "No answer yet" | "Nog geen antwoord";
    ANSWER_NOT_NOW: "“Not now” on {date}" | "“Nu niet” op {date}";
    NO_CANDIDATES: "Everybody on {domain} belongs to your organisation" | "Iedereen op {domain} hoort bij je organisatie";
    NO_CANDIDATES_HINT: "Accounts made on this domain later show here until they join." | "Accounts die later op dit domein worden gemaakt staan hier totdat ze toetreden.";
    NOT_ADOPTING: "The adoption has not started." | "De adoptie is nog niet begonnen.";
    NOT_ADOPTING_HINT: "Signing in changes nothing for these accounts yet. Press Adopt under Domains first, then remind people." | "Inloggen verandert voor deze accounts nog niets. Druk eerst bij Domeinen op Adopteren, en herinner mensen daarna.";
    NO_SUCH_DOMAIN: "Your organisation does not hold {domain}" | "Je organisatie heeft {domain} niet";
    NO_SUCH_DOMAIN_HINT: "It was released or never claimed. You find your domains in the list." | "Het is vrijgegeven of nooit geclaimd. Je vindt je domeinen in de lijst.";
    REMINDERS: "Remind people" | "Mensen herinneren";
    REMINDERS_INTRO: "Each account has its own adoption link. Send it in an ordinary e-mail from your own mail program: Zegel never mails these links, so that people can tell yours from a forged one." | "Elk account heeft een eigen adoptielink. Stuur die in een gewone e-mail vanuit je eigen mailprogramma: Zegel verstuurt deze links nooit zelf, zodat mensen die van jullie kunnen onderscheiden van een valse.";
    REMINDERS_SECRET: "Whoever has a link can pass for that person when joining. Send each link to its own person only, and delete the file afterwards." | "Wie een link heeft, kan zich bij het toetreden voor die persoon uitgeven. Stuur elke link alleen aan de persoon zelf, en verwijder het bestand daarna.";
    MAKE_LINKS: "Make adoption links" | "Adoptielinks maken";
    MAKE_LINKS_HINT: "This asks for your password: the links come from the recovery key." | "Hiervoor is je wachtwoord nodig: de links komen uit de herstelsleutel.";
    LINKS_MADE: "Adoption links made: {count}" | "Adoptielinks gemaakt: {count}";
    TEXT_LANGUAGE: "Language of the text" | "Taal van de tekst";
    TEXT_PREVIEW: "Text of the reminder" | "Tekst van de herinnering";
    TEXT_FOR: "Shown for {address}; every person gets their own link." | "Getoond voor {address}; iedereen krijgt een eigen link.";
    DOWNLOAD_CSV: "Download CSV" | "CSV downloaden";
    DOWNLOAD_CSV_HINT: "Address, link, subject and text of everybody, for mail merge." | "Adres, link, onderwerp en tekst van iedereen, voor samenvoegen met e-mail.";
    COPY_LINK: "Copy link" | "Link kopiëren";
    COPY_LINK_OF: "Copy link of {address}" | "Link kopiëren van {address}";
    COPY_TEXT: "Copy text" | "Tekst kopiëren";
    COPY_TEXT_OF: "Copy text for {address}" | "Tekst kopiëren voor {address}";
    LINK_PLACE: "[the personal link]" | "[de persoonlijke link]";
    REMINDER_SUBJECT: "Your Zegel account joins {organisation}" | "Je Zegel-account gaat naar {organisation}";
    REMINDER_TEXT: "Hello,\n\n{organisation} brings the Zegel accounts on {domain} together. That is why you were signed out of Zegel once.\n\nPlease open your personal link, and sign in with {address} as you are used to:\n\n{link}\n\nZegel then shows what changes and asks you to accept. Administrators of {organisation} will be able to read all messages of this account.\n\nThe link is for you alone; do not pass it on. Forgot your password? Then call us before you choose a new one, because older messages can stay locked after a reset.\n\nNot sure that this e-mail comes from us? Call us.\n" | "Hallo,\n\n{organisation} brengt de Zegel-accounts op {domain} bij elkaar. Daarom ben je één keer uitgelogd uit Zegel.\n\nOpen je persoonlijke link, en log in met {address} zoals je gewend bent:\n\n{link}\n\nZegel laat dan zien wat er verandert en vraagt of je dat accepteert. Beheerders van {organisation} kunnen daarna alle berichten van dit account lezen.\n\nDe link is alleen voor jou; geef hem niet door. Wachtwoord vergeten? Bel ons dan voordat je een nieuw kiest, want oudere berichten kunnen na een reset vergrendeld blijven.\n\nTwijfel je of deze e-mail van ons komt? Bel ons.\n";

    ACCOUNTS_TOTAL: "{count} accounts in your organisation" | "{count} accounts in je organisatie";
    ACCOUNTS_TOTAL_ONE: "1 account in your organisation" | "1 account in je organisatie";
    ACCOUNT_TYPE: "Type" | "Type";
    REGULAR: "Regular" | "Gewoon";
    KEY_AND_ESCROW: "Key and escrow" | "Sleutel en kopie";
    ESCROW_CHECKED: "Escrow checked" | "Kopie gecontroleerd";
    ESCROW_NOT_CHECKED: "Escrow not yet checked" | "Kopie nog niet gecontroleerd";
    CERTIFIED_LINK: "Certified by link" | "Gecertificeerd met link";
    CERTIFIED_COMPARED: "Number compared" | "Nummer vergeleken";
    CERTIFIED_SERVER: "Not verified" | "Niet geverifieerd";
    CERTIFIED_NONE: "Not certified yet" | "Nog niet gecertificeerd";
    JOINED: "Joined" | "Toegetreden";
    COMPARE: "Compare number" | "Nummer vergelijken";
    COMPARE_NAMED: "Compare number of {name}" | "Nummer vergelijken van {name}";
    SHOWN_OF: "{shown} of {total}" | "{shown} van {total}";
    YOU: "You" | "Jij";
    WHAT_BADGES_MEAN: "What the badges mean" | "Wat de labels betekenen";
    MEANS_ESCROW: "An administrator’s browser opened the sealed copy of the account key once and saw that it is this account’s own." | "De browser van een beheerder heeft de verzegelde kopie van de accountsleutel één keer geopend en gezien dat het de eigen sleutel van dit account is.";
    MEANS_LINK: "The person joined with the personal adoption link that you sent." | "De persoon is toegetreden met de persoonlijke adoptielink die jullie stuurden.";
    MEANS_COMPARED: "An administrator typed in the safety number that the person read out." | "Een beheerder heeft het veiligheidsnummer ingetypt dat de persoon voorlas.";
    MEANS_SERVER: "Only the server says that this key belongs to this person. Compare the safety number to be sure." | "Alleen de server zegt dat deze sleutel van deze persoon is. Vergelijk het veiligheidsnummer om zeker te zijn.";

    FUNCTIONAL: "Functional" | "Functioneel";
    FUNCTIONAL_PEOPLE: "Functional, {count} people" | "Functioneel, {count} personen";
    FUNCTIONAL_PERSON: "Functional, 1 person" | "Functioneel, 1 persoon";
    ALL_TYPES: "All types" | "Alle types";
    FILTER_ACCOUNTS: "Filter accounts" | "Accounts filteren";
    SEARCH_ACCOUNTS: "Search by name or address" | "Zoeken op naam of adres";
    ACCOUNTS_SHOWN: "{count} accounts shown" | "{count} accounts getoond";
    ACCOUNTS_SHOWN_ONE: "1 account shown" | "1 account getoond";
    NO_ACCOUNT_MATCHES: "No account matches" | "Geen account gevonden";
    NO_ACCOUNT_MATCHES_HINT: "Choose another type, or search for a part of the name or address." | "Kies een ander type, of zoek op een deel van de naam of het adres.";
    EDIT_NAMED: "Edit {name}" | "{name} bewerken";
    ACTIVE: "Active" | "Actief";
    SUSPENDED: "Suspended" | "Geblokkeerd";
    DELETED: "Deleted" | "Verwijderd";
    ROTATION_WAITS: "Key to be replaced" | "Sleutel te vervangen";
    FUNCTIONAL_SETTINGS: "Functional accounts settings" | "Instellingen functionele accounts";
    FUNCTIONAL_DEFAULT: "By default, recipients of mail from a functional account see:" | "Standaard zien ontvangers van e-mail van een functioneel account:";
    FUNCTIONAL_DEFAULT_HINT: "Accounts created from now on start with this. Existing ones keep what is set for them." | "Nieuwe accounts beginnen hiermee. Bestaande houden wat voor hen is ingesteld.";
    CREATE_FUNCTIONAL: "Create functional account" | "Functioneel account maken";
    CREATE_FUNCTIONAL_LEAD: "A shared mailbox with its own address. Nobody signs in to it: people find it under their profile picture." | "Een gedeeld postvak met een eigen adres. Niemand logt erop in: mensen vinden het onder hun profielfoto.";
    FUNCTIONAL_NAME: "Name" | "Naam";
    FUNCTIONAL_NAME_HINT: "Recipients see it as the sender, for example Information." | "Ontvangers zien dit als afzender, bijvoorbeeld Informatie.";
    FUNCTIONAL_LOCAL: "Address, before the “@”" | "Adres, vóór de “@”";
    FUNCTIONAL_AT: "Type only what comes before the “@”; choose the domain beside it." | "Typ alleen wat vóór de “@” komt; kies het domein ernaast.";
    FUNCTIONAL_ADDRESS_IS: "The address will be {address}." | "Het adres wordt {address}.";
    NO_CLAIMED_DOMAIN: "Claim a domain first." | "Claim eerst een domein.";
    NO_CLAIMED_DOMAIN_HINT: "A functional account has an address in a domain of your organisation." | "Een functioneel account heeft een adres in een domein van je organisatie.";
    FUNCTIONAL_CREATED: "{name} is created. Grant access next." | "{name} is gemaakt. Geef nu toegang.";
    CREATE_ACCOUNT: "Create account" | "Account maken";

    NO_SUCH_ACCOUNT: "This account is not in your organisation" | "Dit account hoort niet bij je organisatie";
    NO_SUCH_ACCOUNT_HINT: "It left, was deleted, or the address is mistyped." | "Het is vertrokken of verwijderd, of het adres is verkeerd getypt.";
    GENERAL: "Account" | "Account";
    GENERAL_TEXT: "What this organisation knows about it." | "Wat deze organisatie erover weet.";
    RENAME: "Name" | "Naam";
    RENAME_TEXT: "Recipients see it as the sender, also when they open a message that was sent before. In lists, earlier messages keep the old name." | "Ontvangers zien dit als afzender, ook als ze een eerder verzonden bericht openen. In lijsten houden eerdere berichten de oude naam.";
    SAVE_NAME: "Save name" | "Naam opslaan";
    RENAMED: "The account is called {name} now" | "Het account heet nu {name}";
    GRANT_TEXT: "People with access read and send as this account. They get an e-mail, and find it under their profile picture." | "Mensen met toegang lezen en verzenden als dit account. Zij krijgen een e-mail, en vinden het onder hun profielfoto.";
    GRANT_FIELD: "Name or e-mail address" | "Naam of e-mailadres";
    GRANT_FIELD_HINT: "Type a part of it, then choose the person. Earlier messages open for them too." | "Typ een deel ervan en kies de persoon. Ook eerdere berichten gaan voor hen open.";
    COLLEAGUES: "Colleagues" | "Collega’s";
    COLLEAGUES_FOUND: "{count} colleagues found" | "{count} collega’s gevonden";
    COLLEAGUE_FOUND: "1 colleague found" | "1 collega gevonden";
    COLLEAGUES_NONE: "No colleague matches “{typed}”" | "Geen collega past bij “{typed}”";
    WHY_NO_KEY: "No certified key yet" | "Nog geen gecertificeerde sleutel";
    WHY_NOT_VERIFIED: "Not verified: compare numbers first" | "Niet geverifieerd: eerst nummers vergelijken";
    WHY_SUSPENDED: "Suspended" | "Geblokkeerd";
    WHY_HAS_ACCESS: "Has access already" | "Heeft al toegang";
    WHY_ITSELF: "This account itself" | "Dit account zelf";
    MEMBERS: "Members" | "Leden";
    MEMBERS_COUNT: "{count} people have access" | "{count} mensen hebben toegang";
    MEMBERS_ONE: "1 person has access" | "1 persoon heeft toegang";
    MEMBERS_NONE: "Nobody has access" | "Niemand heeft toegang";
    MEMBERS_NONE_HINT: "Mail to this account arrives, and nobody reads it. Grant access to somebody." | "E-mail aan dit account komt aan, maar niemand leest die. Geef iemand toegang.";
    SENDER: "Sender" | "Afzender";
    SENDER_LEGEND: "What do recipients see as the sender?" | "Wat zien ontvangers als afzender?";
    ORGANISATION_DEFAULT: "Default of your organisation" | "Standaard van je organisatie";
    ACCOUNT_STATE: "State" | "Status";
    ACCOUNT_STATE_TEXT: "Suspending stops reading and sending. Messages stay." | "Blokkeren stopt lezen en verzenden. Berichten blijven.";
    SUSPEND: "Suspend" | "Blokkeren";
    SUSPEND_ROW: "Suspend this account" | "Dit account blokkeren";
    SUSPEND_ROW_HINT: "You can lift it at any time." | "Je kunt dit op elk moment opheffen.";
    SUSPEND_TITLE: "Suspend {name}?" | "{name} blokkeren?";
    SUSPEND_NOBODY: "Nobody can read or send as {name}, also where it is open now." | "Niemand kan lezen of verzenden als {name}, ook niet waar het nu openstaat.";
    SUSPEND_MAIL: "Mail to it is still received and stays sealed." | "E-mail aan dit account komt nog aan en blijft verzegeld.";
    SUSPEND_NOTHING_LOST: "Nothing is deleted. Reactivating restores everything." | "Er wordt niets verwijderd. Heractiveren herstelt alles.";
    SUSPEND_BUTTON: "Suspend account" | "Account blokkeren";
    SUSPEND_DONE: "{name} is suspended" | "{name} is geblokkeerd";
    REACTIVATE: "Reactivate" | "Heractiveren";
    REACTIVATE_ROW: "This account is suspended" | "Dit account is geblokkeerd";
    REACTIVATE_ROW_HINT: "Reactivating gives everybody in the list their access back." | "Heractiveren geeft iedereen in de lijst de toegang terug.";
    REACTIVATE_DONE: "{name} can be used again" | "{name} kan weer worden gebruikt";
    DELETE_ACCOUNT: "Delete" | "Verwijderen";
    DELETE_ROW: "Delete this account" | "Dit account verwijderen";
    DELETE_ROW_HINT: "Its messages are gone for good." | "De berichten zijn dan definitief weg.";
    DELETE_TITLE: "Delete {name}?" | "{name} verwijderen?";
    DELETE_MAIL: "All messages, drafts and attachments of {name} are deleted, for everybody. Administrators cannot restore them." | "Alle berichten, concepten en bijlagen van {name} worden voor iedereen verwijderd. Beheerders kunnen ze niet herstellen.";
    DELETE_PEOPLE: "People with access lose it at once: {count}." | "Mensen met toegang verliezen die meteen: {count}.";
    DELETE_ADDRESS: "Nobody can write to {address} any more." | "Niemand kan nog schrijven naar {address}.";
    DELETE_STAYS: "What it sent stays with its recipients and can still be verified." | "Wat het verzond blijft bij de ontvangers en is nog te verifiëren.";
    TYPE_NAME: "Type {name} to confirm" | "Typ {name} om te bevestigen";
    TYPE_NAME_WRONG: "This is not {name}. Type it as it stands there, or press Cancel." | "Dit is niet {name}. Typ het zoals het er staat, of druk op Annuleren.";
    DELETE_BUTTON: "Delete account" | "Account verwijderen";
    DELETE_DONE: "{name} is deleted" | "{name} is verwijderd";
    DELETED_TITLE: "This account is deleted" | "Dit account is verwijderd";
    DELETED_HINT: "Its messages are gone. Its keys stay known, so that what it sent can be verified." | "De berichten zijn weg. De sleutels blijven bekend, zodat te verifiëren is wat het verzond.";
    TYPE_TEXT: "What kind of account it is." | "Wat voor account het is.";
    TYPE_FUNCTIONAL: "Functional accounts cannot be promoted to administrator accounts." | "Functionele accounts kunnen geen beheerdersaccount worden.";
    CONVERT: "Convert" | "Omzetten";
    CONVERT_ROW: "Convert into a functional account" | "Omzetten in een functioneel account";
    CONVERT_ROW_HINT: "When a colleague leaves and others go on reading the mail." | "Als een collega vertrekt en anderen de e-mail blijven lezen.";
    CONVERT_ADMINISTRATOR: "An administrator’s account cannot be converted." | "Het account van een beheerder kan niet worden omgezet.";
    CONVERT_NOT_CHECKED: "The sealed copy of its key has not been checked yet. Until then it cannot be converted." | "De verzegelde kopie van de sleutel is nog niet gecontroleerd. Tot dan kan het niet worden omgezet.";
    CONVERT_TITLE: "Convert {name} into a functional account?" | "{name} omzetten in een functioneel account?";
    CONVERT_SIGN_IN: "{name} is signed out everywhere and can never sign in to this account again. The password and recovery code stop working." | "{name} wordt overal uitgelogd en kan nooit meer op dit account inloggen. Het wachtwoord en de herstelcode werken niet meer.";
    CONVERT_OWN_ACCESS: "Their own access to other accounts ends, and everybody who had access to theirs loses it: grant it anew." | "Hun eigen toegang tot andere accounts eindigt, en wie toegang tot dit account had verliest die: geef die opnieuw.";
    CONVERT_READ: "Its earlier messages, private ones too, open for everybody you grant access afterwards." | "Eerdere berichten, ook persoonlijke, gaan open voor iedereen die je hierna toegang geeft.";
    CONVERT_KEYS: "The account gets new keys. Contacts see that they changed, confirmed by the old ones." | "Het account krijgt nieuwe sleutels. Contacten zien dat ze zijn gewijzigd, bevestigd door de oude.";
    CONVERT_KEEPS: "All its mail, drafts and search stay, for whoever gets access. What it sent stays signed, and can still be verified." | "Alle e-mail, concepten en het doorzoeken blijven, voor wie toegang krijgt. Wat het verzond blijft ondertekend en te controleren.";
    CONVERT_FOREVER: "It cannot be converted back." | "Het kan niet worden teruggezet.";
    CONVERT_BUTTON: "Convert account" | "Account omzetten";
    CONVERT_DONE: "{name} is a functional account now. Grant access next." | "{name} is nu een functioneel account. Geef nu toegang.";
    DELEGATION: "Grant access" | "Toegang geven";
    DELEGATION_TEXT: "Your organisation leaves it to administrators who may read and send as this person." | "Je organisatie laat aan beheerders over wie als deze persoon mag lezen en verzenden.";

    POLICIES: "Policies" | "Beleid";
    POLICIES_TEXT: "Signed into the organisation’s record. Browsers of your members follow it by themselves." | "Ondertekend in het dossier van de organisatie. De browsers van je leden volgen dit vanzelf.";
    DELEGATION_LEGEND: "Who may give others access to a person’s account?" | "Wie mag anderen toegang geven tot het account van een persoon?";
    DELEGATION_ANYONE: "Its owner, to anyone with a Zegel account" | "De eigenaar, aan iedereen met een Zegel-account";
    DELEGATION_ANYONE_HINT: "Also people outside your organisation, whose safety number was compared." | "Ook mensen buiten je organisatie, van wie het veiligheidsnummer is vergeleken.";
    DELEGATION_COLLEAGUES: "Its owner, to colleagues" | "De eigenaar, aan collega’s";
    DELEGATION_COLLEAGUES_HINT: "Access that others have already stays until its owner ends it." | "Toegang die anderen al hebben blijft totdat de eigenaar die beëindigt.";
    DELEGATION_ADMINISTRATORS: "Administrators, to colleagues" | "Beheerders, aan collega’s";
    DELEGATION_ADMINISTRATORS_HINT: "Owners see who has access, and cannot change it." | "Eigenaren zien wie toegang heeft, en kunnen dat niet wijzigen.";
    POLICY_SAVED: "Saved and signed into the record" | "Opgeslagen en ondertekend in het dossier";

    COMPARE_TITLE: "Compare the safety number of {name}?" | "Veiligheidsnummer van {name} vergelijken?";
    COMPARE_LEAD: "Speak to {name} in person or on the telephone. Let them read out their own safety number; in Zegel it stands under Settings. Type what you hear." | "Spreek {name} persoonlijk of aan de telefoon. Laat het eigen veiligheidsnummer voorlezen; in Zegel staat het bij Instellingen. Typ wat je hoort.";
    COMPARE_NUMBER: "Safety number that they read out" | "Veiligheidsnummer dat je hoort";
    COMPARE_BUTTON: "Compare and certify" | "Vergelijken en certificeren";
    COMPARE_DONE: "The key of {name} is certified" | "De sleutel van {name} is gecertificeerd";
    COMPARE_DIFFERS: "The numbers differ" | "De nummers verschillen";
    COMPARE_DIFFERS_HINT: "This is not the key that Zegel shows for {name}. Have the number read out once more. If it still differs, somebody may be in between: do not trust this account, and tell your security officer." | "Dit is niet de sleutel die Zegel voor {name} laat zien. Laat het nummer nog eens voorlezen. Verschilt het weer, dan zit er misschien iemand tussen: vertrouw dit account niet, en meld het bij je beveiligingsfunctionaris.";

    AUDIT_INTRO: "Who did what in your organisation. Contents of messages are never part of it." | "Wie wat deed in je organisatie. De inhoud van berichten staat er nooit in.";
    EXPORT_CSV: "Export CSV" | "CSV exporteren";
    EXPORTING: "Events fetched: {count}" | "Gebeurtenissen opgehaald: {count}";
    EXPORT_STOP: "Stop the export" | "Export stoppen";
    EXPORT_DONE: "Events exported: {count}" | "Gebeurtenissen geëxporteerd: {count}";
    FILTER: "Filter the log" | "Logboek filteren";
    TIME: "Time" | "Tijd";
    PERIOD_ALL: "All time" | "Hele periode";
    PERIOD_TODAY: "Today" | "Vandaag";
    PERIOD_WEEK: "Last 7 days" | "Laatste 7 dagen";
    PERIOD_MONTH: "Last 30 days" | "Laatste 30 dagen";
    PERIOD_OWN: "Own period…" | "Eigen periode…";
    FROM_DAY: "From" | "Van";
    UNTIL_DAY: "Until" | "Tot en met";
    ACTOR: "Actor" | "Wie";
    ACTOR_HINT: "Part of an address" | "Deel van een adres";
    CATEGORY: "Category" | "Categorie";
    ALL_CATEGORIES: "All categories" | "Alle categorieën";
    CLEAR_FILTERS: "Clear filters" | "Filters wissen";
    UNTIL_BEFORE_FROM: "This day is before the first one. Choose a later day." | "Deze dag ligt vóór de eerste. Kies een latere dag.";
    AUDIT_CAPTION: "Audit log, newest first" | "Auditlogboek, nieuwste eerst";
    TARGET: "Target" | "Op wie of wat";
    NETWORK_ADDRESS: "Network address" | "Netwerkadres";
    EVENTS_SHOWN: "{count} events shown" | "{count} gebeurtenissen getoond";
    EVENTS_SHOWN_ONE: "1 event shown" | "1 gebeurtenis getoond";
    DETAIL_ACCOUNTS: "{count} account(s)" | "{count} account(s)";
    DETAIL_CODE_TO: "Code to {mailbox}@" | "Code naar {mailbox}@";
    DETAIL_LINK: "By personal adoption link" | "Met persoonlijke adoptielink";
    DETAIL_DNS: "By DNS record" | "Met DNS-record";
    DETAIL_NUMBER: "By typed safety number" | "Met ingetypt veiligheidsnummer";
    DETAIL_COMPARED: "Safety number compared" | "Veiligheidsnummer vergeleken";
    DETAIL_SERVER: "Not verified" | "Niet geverifieerd";
    DETAIL_OTHER: "{details}" | "{details}";
    NO_EVENTS: "The log is empty" | "Het logboek is leeg";
    NO_EVENTS_HINT: "Everything that administrators do shows here as it happens." | "Alles wat beheerders doen verschijnt hier zodra het gebeurt.";
    NO_MATCH: "No event matches these filters" | "Geen gebeurtenis past bij deze filters";
    NO_MATCH_HINT: "Choose a longer period, another actor or another category." | "Kies een langere periode, iemand anders of een andere categorie.";

    LOADING_ROWS: "Loading" | "Laden";
    LOAD_FAILED: "This could not be loaded" | "Dit kon niet worden geladen";
    NOT_DONE: "Nothing was done" | "Er is niets gedaan";
}

/// A category in words. The English label is fixed: administrators know it from other tools.
pub(crate) const fn category(category: AuditCategory) -> Text {
    let nl = match category {
        AuditCategory::OrganisationCreated => "Organisatie aangemaakt",
        AuditCategory::DomainClaimStarted => "Claim van een domein begonnen",
        AuditCategory::DomainClaimWithdrawn => "Claim van een domein ingetrokken",
        AuditCategory::DomainClaimed => "Domein geclaimd",
        AuditCategory::JoinAccountsToOrganization => "Accounts gevraagd toe te treden",
        AuditCategory::DomainReleased => "Domein vrijgegeven",
        AuditCategory::AccountJoinedOrganization => "Account toegetreden",
        AuditCategory::AccountDeferredAdoption => "Account koos “Nu niet”",
        AuditCategory::AccountKeyCertified => "Sleutel van een account gecertificeerd",
        AuditCategory::EscrowCheckFailed => "Controle van een sleutelkopie mislukt",
        AuditCategory::FunctionalAccountCreated => "Functioneel account gemaakt",
        AuditCategory::AccountConverted => "Account omgezet in functioneel",
        AuditCategory::AccountRenamed => "Account hernoemd",
        AuditCategory::AccountSuspended => "Account geblokkeerd",
        AuditCategory::AccountReactivated => "Account geheractiveerd",
        AuditCategory::AccountDeleted => "Account verwijderd",
        AuditCategory::AccessGranted => "Toegang gegeven",
        AuditCategory::AccessRevoked => "Toegang ingetrokken",
        AuditCategory::AccessGivenUp => "Toegang opgegeven",
        AuditCategory::SenderVisibilityChanged => "Zichtbaarheid van de afzender gewijzigd",
        AuditCategory::MailboxKeyRotated => "Postvaksleutel vervangen",
        AuditCategory::SentAsAccount => "Bericht verzonden als ander account",
        AuditCategory::PolicyChanged => "Beleid gewijzigd",
        AuditCategory::OrganisationRecordRenewed => "Dossier van de organisatie vernieuwd",
    };
    Text {
        en: category.label(),
        nl,
    }
}

//! Acting as another account, and who has access to one.

use super::texts;

texts! {
    SWITCH_ACCOUNT: ", switch account." | ", wisselen van account.";
    SWITCHER: "Switch account" | "Wisselen van account";
    UNREAD_ELSEWHERE: "{count} unread in other accounts." | "{count} ongelezen in andere accounts.";
    MY_ACCOUNT: "My account" | "Mijn account";
    FUNCTIONAL_ACCOUNTS: "Functional accounts" | "Functionele accounts";
    DELEGATED_TO_ME: "Delegated to me" | "Gedelegeerd aan mij";
    CURRENT_ACCOUNT: "Current account" | "Huidig account";
    SUSPENDED: "Suspended" | "Geblokkeerd";
    COMPARE_FIRST: "Compare numbers first" | "Eerst nummers vergelijken";
    DOES_NOT_CHECK_OUT: "Does not check out" | "Klopt niet";
    FIND_ACCOUNT: "Find an account" | "Account zoeken";
    FOUND_ACCOUNTS: "{count} accounts found" | "{count} accounts gevonden";
    FOUND_ONE: "1 account found" | "1 account gevonden";
    FOUND_NONE: "No account matches “{typed}”" | "Geen account past bij “{typed}”";
    LIST_FAILED: "Your other accounts could not be loaded." | "Je andere accounts konden niet worden geladen.";

    OPENING_ACCOUNT: "Opening the account" | "Het account wordt geopend";
    ACTING_FUNCTIONAL_HIDDEN: "You are acting as {account}{address}. Sent messages show {sender} as the sender. Your name is not visible to recipients." | "Je handelt als {account}{address}. Verzonden berichten tonen {sender} als afzender. Je naam is niet zichtbaar voor ontvangers.";
    ACTING_HIDDEN: "You are acting as {account}{address}. Sent messages show {sender} only." | "Je handelt als {account}{address}. Verzonden berichten tonen alleen {sender}.";
    ACTING_VISIBLE: "You are acting as {account}{address}. Sent messages show {sender}." | "Je handelt als {account}{address}. Verzonden berichten tonen {sender}.";
    SENT_BY: "{account}, sent by {person}" | "{account}, verzonden door {person}";
    BACK_TO_MY_ACCOUNT: "Back to my account" | "Terug naar mijn account";
    OWNER_ONLY: "Settings belong to the account owner" | "Instellingen horen bij de eigenaar van het account";
    OWNER_ONLY_HINT: "Someone with access can read and send, but not change the profile, password or access." | "Wie toegang heeft kan lezen en verzenden, maar niet het profiel, het wachtwoord of de toegang wijzigen.";

    LOST: "Your access to {name} has ended." | "Je toegang tot {name} is beëindigd.";
    LOST_HINT: "Its messages are closed on this device. Ask its owner or an administrator if you still need them." | "De berichten zijn op dit apparaat gesloten. Vraag het de eigenaar of een beheerder als je ze nog nodig hebt.";
    LOST_UNKNOWN: "You have no access to this account." | "Je hebt geen toegang tot dit account.";
    LOST_UNKNOWN_HINT: "The address is mistyped, or your access has ended. This is your own account." | "Misschien zit er een typefout in het adres, of is je toegang beëindigd. Dit is je eigen account.";
    LOST_SUSPENDED: "{name} is suspended." | "{name} is geblokkeerd.";
    LOST_SUSPENDED_HINT: "An administrator suspended it. Nobody can open it until that is lifted; its messages are kept." | "Een beheerder heeft het geblokkeerd. Niemand kan het openen totdat dat wordt opgeheven; de berichten blijven bewaard.";
    LOST_NOT_VERIFIED: "The key of {name} is not verified." | "De sleutel van {name} is niet geverifieerd.";
    LOST_NOT_VERIFIED_HINT: "Only the server says that this key is theirs. Compare safety numbers with the owner before you read or send as this account." | "Alleen de server zegt dat deze sleutel van dit account is. Vergelijk veiligheidsnummers met de eigenaar voordat je als dit account leest of verzendt.";
    COMPARE_NUMBERS: "Compare safety numbers" | "Veiligheidsnummers vergelijken";
    LOST_NOT_AUTHENTIC: "Your access to {name} does not check out." | "Je toegang tot {name} klopt niet.";
    LOST_NOT_AUTHENTIC_HINT: "What the server shows is not signed by who it should be. Nothing was opened. Tell your administrator." | "Wat de server laat zien is niet ondertekend door wie het zou moeten zijn. Er is niets geopend. Meld dit bij je beheerder.";

    LEAVE: "Leave this account" | "Dit account verlaten";
    LEAVE_NAMED: "Leave {name}" | "{name} verlaten";
    LEAVE_TITLE: "Leave {name}?" | "{name} verlaten?";
    LEAVE_AT_ONCE: "You can no longer read or send as {name}, on any device." | "Je kunt niet meer lezen of verzenden als {name}, op geen enkel apparaat.";
    LEAVE_STAYS: "Messages that you sent stay in {name}." | "Berichten die je hebt verzonden blijven in {name}.";
    LEAVE_KEY: "Its mailbox key is replaced as soon as somebody who can do that is there." | "De postvaksleutel wordt vervangen zodra iemand er is die dat kan.";
    LEAVE_BACK: "You cannot give yourself access again: its owner or an administrator has to." | "Je kunt jezelf niet opnieuw toegang geven: dat moet de eigenaar of een beheerder doen.";
    LEAVE_BUTTON: "Leave account" | "Account verlaten";
    LEFT: "You left {name}." | "Je hebt {name} verlaten.";

    WAITS: "Something waits for you here" | "Hier wacht iets op je";
    SETTINGS_TABS: "Settings" | "Instellingen";
    TAB_GENERAL: "Account and browser" | "Account en browser";
    GRANT_ACCESS: "Grant access" | "Toegang geven";
    GRANT_ACCESS_TEXT: "Colleagues listed here read your messages and send on your behalf." | "Collega’s in deze lijst lezen je berichten en verzenden namens jou.";
    ADD: "Add" | "Toevoegen";
    WITH_ACCESS: "People with access" | "Mensen met toegang";
    SINCE: "Since {date}" | "Sinds {date}";
    REMOVE: "Remove access" | "Toegang intrekken";
    REMOVE_NAMED: "Remove access for {name}" | "Toegang intrekken voor {name}";
    NOBODY_OWN: "Only you can open this mailbox" | "Alleen jij kunt dit postvak openen";
    NOBODY_OWN_HINT: "Give a colleague access if your secretariat sends documents for you, for example to the court." | "Geef een collega toegang als je secretariaat stukken voor je verstuurt, bijvoorbeeld naar de rechtbank.";
    LEFT_TO_ADMINISTRATORS: "Your organisation leaves this to its administrators." | "Je organisatie laat dit over aan haar beheerders.";
    LEFT_TO_ADMINISTRATORS_HINT: "Ask an administrator to give somebody access to your account. Here you see who has it, and can end it." | "Vraag een beheerder om iemand toegang tot je account te geven. Hier zie je wie toegang heeft, en kun je die intrekken.";
    CAN_TITLE: "What they can and cannot do" | "Wat zij wel en niet kunnen";
    CAN_READ: "Read your messages, also earlier ones" | "Je berichten lezen, ook eerdere";
    CAN_SEND: "Send messages and attachments on your behalf, move and mark them" | "Berichten en bijlagen namens jou verzenden, verplaatsen en markeren";
    CANNOT_DELETE: "Not delete messages for good" | "Berichten niet definitief verwijderen";
    CANNOT_SETTINGS: "Not open your settings or change your password" | "Je instellingen niet openen en je wachtwoord niet wijzigen";
    CANNOT_GRANT: "Not give access to others" | "Anderen geen toegang geven";

    RECIPIENTS_SEE: "Who do recipients see?" | "Wie zien ontvangers?";
    RECIPIENTS_SEE_OF: "Who do recipients see when {name} sends?" | "Wie zien ontvangers als {name} verzendt?";
    ONLY_MY_NAME: "Only my name" | "Alleen mijn naam";
    MY_NAME_AND_SENDER: "My name and who sent it" | "Mijn naam en wie het verzond";
    ONLY_OWNERS_NAME: "Only the owner’s name" | "Alleen de naam van de eigenaar";
    OWNERS_NAME_AND_SENDER: "The owner’s name and who sent it" | "De naam van de eigenaar en wie het verzond";
    ONLY_ACCOUNT: "Only the functional account" | "Alleen het functionele account";
    ACCOUNT_AND_SENDER: "The functional account and who sent it" | "Het functionele account en wie het verzond";
    A_COLLEAGUE: "a colleague" | "een collega";
    FROM_NOW_ON: "Changes apply to messages sent from now on." | "Wijzigingen gelden voor berichten die vanaf nu worden verzonden.";
    SAVED_FROM_NOW_ON: "Saved. Applies to messages sent from now on." | "Opgeslagen. Geldt voor berichten die vanaf nu worden verzonden.";

    FROM_FIRST_GRANT_ON: "Nobody has access yet, so nothing is stored. What you choose applies from the first person you give access on this page." | "Nog niemand heeft toegang, dus er wordt niets opgeslagen. Wat je kiest geldt vanaf de eerste persoon die je op deze pagina toegang geeft.";

    ADD_TITLE: "Add a colleague" | "Collega toevoegen";
    ADD_ADDRESS: "E-mail address of the colleague’s Zegel account" | "E-mailadres van het Zegel-account van de collega";
    ADD_ADDRESS_HINT: "They need their own account. They get an e-mail that you gave access." | "Zij hebben een eigen account nodig. Zij krijgen een e-mail dat je toegang hebt gegeven.";
    ADD_WARNING: "This person can read everything in your mailbox." | "Deze persoon kan alles in je postvak lezen.";
    ADD_WARNING_HINT: "Also messages from before today." | "Ook berichten van vóór vandaag.";
    GRANTED: "{name} has access now" | "{name} heeft nu toegang";
    GRANT_NO_ACCOUNT: "{address} has no Zegel account. Ask them to sign up first, or check the address." | "{address} heeft geen Zegel-account. Vraag of zij zich eerst aanmelden, of controleer het adres.";
    GRANT_OWN: "This is your own address. Enter the address of somebody else." | "Dit is je eigen adres. Vul het adres van iemand anders in.";
    GRANT_ALREADY: "{address} has access already. You find them in the list." | "{address} heeft al toegang en staat in de lijst.";
    GRANT_NOT_VERIFIED: "Only the server says that this key belongs to {address}. Compare safety numbers with them, then add them again." | "Alleen de server zegt dat deze sleutel van {address} is. Vergelijk veiligheidsnummers met hen, en voeg hen dan opnieuw toe.";
    GRANT_NOT_A_COLLEAGUE: "{address} does not belong to your organisation, and it allows access for colleagues only. Enter the address of a colleague." | "{address} hoort niet bij je organisatie, en die staat alleen toegang voor collega’s toe. Vul het adres van een collega in.";
    GRANT_NOT_A_PERSON: "{address} is a functional account. Enter the address of a person: only somebody with an account of their own can be given access." | "{address} is een functioneel account. Vul het adres van een persoon in: alleen iemand met een eigen account kan toegang krijgen.";
    GRANT_NOT_ACTIVE: "The account of {address} cannot be used now. Ask an administrator." | "Het account van {address} kan nu niet worden gebruikt. Vraag een beheerder.";
    GRANT_KEY_CHANGED: "The key of {address} changed. Compare safety numbers with them, then add them again." | "De sleutel van {address} is gewijzigd. Vergelijk veiligheidsnummers met hen, en voeg hen dan opnieuw toe.";

    REMOVE_TITLE: "Remove access for {name}?" | "Toegang van {name} intrekken?";
    REMOVE_TITLE_FROM: "Remove {name} from {account}?" | "{name} verwijderen uit {account}?";
    REMOVE_OWN_CLOSES: "Your messages close at once for {name}, also where they are open now." | "Je berichten sluiten meteen voor {name}, ook waar ze nu openstaan.";
    REMOVE_CLOSES: "{name} can no longer read or send as {account}, also where it is open now." | "{name} kan niet meer lezen of verzenden als {account}, ook niet waar het nu openstaat.";
    REMOVE_COPIED: "What {name} has read before may have been copied. That cannot be taken back." | "Wat {name} eerder heeft gelezen kan gekopieerd zijn. Dat is niet terug te draaien.";
    REMOVE_KEY: "The mailbox gets a new key, so that nothing written after this opens for them. This takes a few seconds." | "Het postvak krijgt een nieuwe sleutel, zodat niets van hierna voor hen opengaat. Dit duurt een paar seconden.";
    REMOVE_STAYS: "Messages they sent stay. You can grant access again later." | "Berichten die zij verzonden blijven. Je kunt later opnieuw toegang geven.";
    REMOVED: "{name} has no access any more" | "{name} heeft geen toegang meer";

    ROTATION: "The mailbox key waits to be replaced since {date}." | "De postvaksleutel wacht sinds {date} op vervanging.";
    ROTATION_HINT: "Somebody’s access ended without it. The server keeps them out already; the new key makes sure that they could not read later messages either way." | "Iemands toegang is zonder vervanging beëindigd. De server houdt die persoon al buiten; met de nieuwe sleutel zijn latere berichten hoe dan ook niet leesbaar.";
    UNLISTED_ONE: "The server leaves out somebody who has access by the signed list." | "De server laat iemand weg die volgens de ondertekende lijst toegang heeft.";
    UNLISTED: "The server leaves out {count} people who have access by the signed list." | "De server laat {count} mensen weg die volgens de ondertekende lijst toegang hebben.";
    UNLISTED_HINT: "Until the mailbox key is replaced they may be able to read what is written. Replacing it ends the access of everybody who is not listed here." | "Zolang de postvaksleutel niet is vervangen kunnen zij misschien lezen wat wordt geschreven. Vervangen beëindigt de toegang van iedereen die hier niet in de lijst staat.";
    ROTATE: "Replace the mailbox key now" | "Postvaksleutel nu vervangen";
    ROTATED: "The mailbox key is replaced" | "De postvaksleutel is vervangen";
}

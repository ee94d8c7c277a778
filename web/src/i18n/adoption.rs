//! Joining an organisation. The texts are fixed: of the server's words only the organisation's name and the domain
//! appear in them, quoted.

use super::texts;

texts! {
    TITLE: "Join an organisation" | "Toetreden tot een organisatie";
    SIGNED_IN_AS: "Signed in as {address}" | "Ingelogd als {address}";
    REVIEWING: "Checking who asks you to join" | "Controleren wie je vraagt toe te treden";
    REVIEWING_HINT: "This browser checks the organisation’s signed record from the first version on, and asks DNS about the domain." | "Deze browser controleert het ondertekende dossier van de organisatie vanaf de eerste versie, en vraagt DNS naar het domein.";

    ASKS: "“{organisation}” asks you to join the organisation" | "“{organisation}” vraagt je om tot de organisatie toe te treden";
    WHY: "The organisation has claimed {domain}, the domain of your e-mail address. That is why you had to sign in again. Nothing changes until you accept." | "De organisatie heeft {domain} geclaimd, het domein van je e-mailadres. Daarom moest je opnieuw inloggen. Er verandert niets totdat je accepteert.";
    POWERS: "What administrators of {domain} will be able to do" | "Wat beheerders van {domain} kunnen";
    POWER_READ: "Read all messages of this account, also those from before today. Your account key is sealed to the organisation for this." | "Alle berichten van dit account lezen, ook die van vóór vandaag. Je accountsleutel wordt hiervoor verzegeld aan de organisatie.";
    POWER_RESTORE: "Give you access to your messages again after a forgotten password." | "Je weer toegang tot je berichten geven na een vergeten wachtwoord.";
    POWER_MANAGE: "Manage your account: its type, how you sign in, and suspending it." | "Je account beheren: het type, hoe je inlogt, en het blokkeren ervan.";
    STAYS: "What stays with you" | "Wat van jou blijft";
    STAYS_PASSWORD: "Your password. Nobody in the organisation can see it." | "Je wachtwoord. Niemand in de organisatie kan het zien.";
    STAYS_MESSAGES: "Your messages and your recovery code." | "Je berichten en je herstelcode.";
    STAYS_TRACE: "A trace: what administrators do with your account stands in the audit log." | "Een spoor: wat beheerders met je account doen staat in het auditlogboek.";
    UNDERSTOOD: "I understand that administrators of {domain} will be able to read all messages of this account" | "Ik begrijp dat beheerders van {domain} alle berichten van dit account zullen kunnen lezen";
    UNDERSTOOD_MISSING: "This is not ticked. Tick it to accept, or choose Not now." | "Dit is niet aangevinkt. Vink het aan om te accepteren, of kies Nu niet.";
    ACCEPT: "Accept and join" | "Accepteren en toetreden";
    NOT_NOW: "Not now" | "Nu niet";
    NOT_NOW_HINT: "Not now: your account stays your own, outside the organisation. Zegel asks again at your next sign-in." | "Nu niet: je account blijft van jezelf, buiten de organisatie. Zegel vraagt het opnieuw als je weer inlogt.";
    BLOCKED: "Accept is not available yet: nothing has shown that this really is your organisation. Open your personal adoption link, or type the organisation’s safety number." | "Accepteren kan nog niet: nog niets heeft aangetoond dat dit echt je organisatie is. Open je persoonlijke adoptielink, of typ het veiligheidsnummer van de organisatie.";
    ASKS_SMALL: "asks for accounts on {domain}" | "vraagt om accounts op {domain}";
    VERIFIED_HOW: "How this was verified" | "Hoe dit is geverifieerd";
    PROOF_RECORD: "Signed record of the organisation" | "Ondertekend dossier van de organisatie";
    PROOF_RECORD_HINT: "Complete from the first version, not older than 90 days, and it names your domain. Checked by this browser. This alone does not show who the organisation is." | "Volledig vanaf de eerste versie, niet ouder dan 90 dagen, en het noemt je domein. Door deze browser gecontroleerd. Dit alleen toont niet aan wie de organisatie is.";
    PROOF_LINK: "Personal adoption link" | "Persoonlijke adoptielink";
    PROOF_LINK_HOLDS: "Opened in this browser; it names this organisation." | "In deze browser geopend; hij noemt deze organisatie.";
    PROOF_LINK_NONE: "None was opened in this browser." | "In deze browser is er geen geopend.";
    PROOF_DNS: "DNS record of {domain}" | "DNS-record van {domain}";
    PROOF_DNS_HOLDS: "Asked by this browser; two resolvers agree." | "Door deze browser gevraagd; twee naamservers zeggen hetzelfde.";
    PROOF_DNS_NONE: "Asked by this browser; there is none. That proves nothing." | "Door deze browser gevraagd; er is er geen. Dat bewijst niets.";
    PROOF_DNS_NO_ANSWER: "Asked by this browser, without an answer. That proves nothing." | "Door deze browser gevraagd, zonder antwoord. Dat bewijst niets.";
    PROOF_NUMBER: "Safety number" | "Veiligheidsnummer";
    PROOF_NUMBER_HOLDS: "You typed it in, and it is right." | "Je hebt het ingetypt, en het klopt.";
    PROOF_NUMBER_NONE: "Not compared." | "Niet vergeleken.";
    HELD: "Proves who it is:" | "Bewijst wie het is:";
    NOT_HELD: "Proves nothing yet:" | "Bewijst nog niets:";
    WHO_SENT: "Did you get this link from your organisation in an ordinary e-mail?" | "Kreeg je deze link van je organisatie in een gewone e-mail?";
    WHO_SENT_HINT: "That is how it should be: Zegel itself never mails such a link. If it came another way, or you are not sure who sent it, choose Not now and call your organisation." | "Zo hoort het: Zegel zelf verstuurt zulke links nooit. Kwam hij op een andere manier, of twijfel je wie hem stuurde, kies dan Nu niet en bel je organisatie.";
    TYPE_NUMBER: "Type the organisation’s safety number" | "Typ het veiligheidsnummer van de organisatie";
    TYPE_IT: "Type the number" | "Nummer intypen";
    TYPE_NUMBER_LEAD: "Ask an administrator whom you know for it, on the telephone or in person, or look it up on the intranet. Do not take it from an e-mail of Zegel." | "Vraag een beheerder die je kent erom, aan de telefoon of persoonlijk, of zoek het op het intranet op. Neem het niet over uit een e-mail van Zegel.";
    COMPARE: "Compare" | "Vergelijken";
    NUMBER_DIFFERS: "This is not the number of “{organisation}” as Zegel sees it. Check your typing. If it is right, do not accept: somebody may be pretending to be your organisation." | "Dit is niet het nummer van “{organisation}” zoals Zegel het ziet. Controleer wat je typte. Klopt het, accepteer dan niet: misschien doet iemand zich voor als je organisatie.";
    NUMBER_HELD: "The number is right. You can accept now." | "Het nummer klopt. Je kunt nu accepteren.";

    JOINING: "Joining “{organisation}”" | "Toetreden tot “{organisation}”";
    STEP_CHECK: "Checking the organisation once more" | "De organisatie nog één keer controleren";
    STEP_SEAL: "Sealing your account key to the organisation’s recovery key" | "Je accountsleutel verzegelen aan de herstelsleutel van de organisatie";
    STEP_JOIN: "Adding your account to the organisation" | "Je account toevoegen aan de organisatie";
    KEEP_OPEN: "Keep this tab open; it takes a few seconds. If it closes, either everything has happened or nothing." | "Houd dit tabblad open; het duurt een paar seconden. Sluit het toch, dan is alles gebeurd of niets.";
    JOINED: "Your account now belongs to {organisation}" | "Je account hoort nu bij {organisation}";
    DEFERRED: "Your account stays your own. Zegel asks again at your next sign-in." | "Je account blijft van jezelf. Zegel vraagt het opnieuw als je weer inlogt.";

    NOTHING_SHARED: "Nothing was sealed or shared. Your account and messages are as they were." | "Er is niets verzegeld of gedeeld. Je account en berichten zijn zoals ze waren.";
    WHAT_TO_DO: "What you can do" | "Wat je kunt doen";
    CHECK_AGAIN: "Check again" | "Opnieuw controleren";
    TO_MAIL: "Go to your messages" | "Naar je berichten";
    FAILED: "The organisation could not be checked" | "De organisatie kon niet worden gecontroleerd";
    NO_REQUEST: "No organisation asks for this account" | "Geen organisatie vraagt om dit account";
    NO_REQUEST_HINT: "There is nothing to decide. If your organisation told you otherwise, ask an administrator whether the adoption has started." | "Er valt niets te beslissen. Zei je organisatie iets anders, vraag dan een beheerder of de adoptie is begonnen.";

    ADDRESS_OUTSIDE: "Your address is not in this domain" | "Je adres hoort niet bij dit domein";
    ADDRESS_OUTSIDE_WHY: "The server asks for an organisation whose domain is not that of your address. An organisation can adopt accounts of its own domains only." | "De server vraagt namens een organisatie waarvan het domein niet dat van je adres is. Een organisatie kan alleen accounts van haar eigen domeinen adopteren.";
    ADDRESS_OUTSIDE_DO: "Go on using your account. If you expected to join, tell an administrator which address you use." | "Gebruik je account gewoon verder. Verwachtte je toe te treden, zeg dan tegen een beheerder welk adres je gebruikt.";
    RECORD_BROKEN: "The organisation’s record does not check out" | "Het dossier van de organisatie klopt niet";
    RECORD_BROKEN_WHY: "Every version of the record must be signed by an administrator of the version before. Here a signature or a version is wrong or missing. Someone may have altered it." | "Elke versie van het dossier moet zijn ondertekend door een beheerder van de versie ervoor. Hier is een handtekening of versie fout of weg. Misschien heeft iemand het veranderd.";
    RECORD_BROKEN_DO: "Do not join. Call an administrator of your organisation and read this page out to them." | "Treed niet toe. Bel een beheerder van je organisatie en lees deze pagina voor.";
    NOT_ADOPTING: "The organisation does not adopt accounts here" | "De organisatie adopteert hier geen accounts";
    NOT_ADOPTING_WHY: "The server says that the organisation wants your account, but the organisation’s own signed record does not say so." | "De server zegt dat de organisatie je account wil, maar het eigen ondertekende dossier van de organisatie zegt dat niet.";
    NOT_ADOPTING_DO: "Ask an administrator whether the adoption of your domain has started. Then check again." | "Vraag een beheerder of de adoptie van je domein is begonnen. Controleer daarna opnieuw.";
    TOO_OLD: "The organisation’s record is older than 90 days" | "Het dossier van de organisatie is ouder dan 90 dagen";
    TOO_OLD_WHY: "Administrators’ browsers sign it anew by themselves. An old record may be one that no longer holds, so it cannot be relied on." | "Browsers van beheerders ondertekenen het vanzelf opnieuw. Een oud dossier geldt misschien niet meer; daarom kun je er niet op vertrouwen.";
    TOO_OLD_DO: "Ask an administrator to sign in to Zegel and stay signed in for a minute. Then check again." | "Vraag een beheerder om in te loggen bij Zegel en een minuut ingelogd te blijven. Controleer daarna opnieuw.";
    PINNED: "This account knows this differently" | "Dit account kent dit anders";
    PINNED_WHY: "Your account remembers another organisation for this domain, or a newer record of this one, than the server shows now. A client never goes back." | "Je account onthoudt een andere organisatie voor dit domein, of een nieuwer dossier van deze, dan de server nu laat zien. Zegel gaat nooit terug.";
    PINNED_DO: "Do not join. Ask an administrator, in person or on the telephone, whether the organisation on Zegel changed." | "Treed niet toe. Vraag een beheerder, persoonlijk of aan de telefoon, of de organisatie op Zegel is veranderd.";
    OTHER_LINK: "This is not the organisation that your link names" | "Dit is niet de organisatie die je link noemt";
    OTHER_LINK_WHY: "The adoption link you opened belongs to another organisation than the one the server shows. Someone may be pretending to be your organisation." | "De adoptielink die je hebt geopend hoort bij een andere organisatie dan die de server laat zien. Misschien doet iemand zich voor als je organisatie.";
    OTHER_LINK_DO: "Do not join. Call an administrator and ask for a new link; open it here, and Zegel checks again." | "Treed niet toe. Bel een beheerder en vraag een nieuwe link; open die hier, en Zegel controleert opnieuw.";
    NEWER_LINK: "The server shows an older record than your link knows" | "De server toont een ouder dossier dan je link kent";
    NEWER_LINK_WHY: "When your link was made, the organisation’s record was newer already. The server may be holding changes back." | "Toen je link werd gemaakt was het dossier van de organisatie al nieuwer. Misschien houdt de server wijzigingen achter.";
    NEWER_LINK_DO: "Check again in a few minutes. If it stays like this, call an administrator and read this page out to them." | "Controleer over een paar minuten opnieuw. Blijft het zo, bel dan een beheerder en lees deze pagina voor.";
    OTHER_DNS: "DNS names another organisation" | "DNS noemt een andere organisatie";
    OTHER_DNS_WHY: "The TXT record of your domain names another organisation than the one the server shows. Zegel stops for this even when a link or number was right." | "Het TXT-record van je domein noemt een andere organisatie dan die de server laat zien. Zegel stopt hiervoor ook als een link of nummer klopte.";
    OTHER_DNS_DO: "Do not join. Tell an administrator: the TXT record of the domain has to name your organisation only." | "Treed niet toe. Meld het bij een beheerder: het TXT-record van het domein mag alleen jullie organisatie noemen.";
    AMBIGUOUS_DNS: "DNS gives two different answers" | "DNS geeft twee verschillende antwoorden";
    AMBIGUOUS_DNS_WHY: "The domain has records of several organisations, or two resolvers say different things. One of the answers may be forged." | "Het domein heeft records van meerdere organisaties, of twee naamservers zeggen verschillende dingen. Een van de antwoorden is misschien vals.";
    AMBIGUOUS_DNS_DO: "If the record was changed just now, check again in an hour. Otherwise tell an administrator." | "Is het record net gewijzigd, controleer dan over een uur opnieuw. Meld het anders bij een beheerder.";
    UNPROVED: "Nothing has shown yet that this is your organisation" | "Nog niets heeft aangetoond dat dit je organisatie is";
    UNPROVED_WHY: "The server alone cannot vouch for an organisation. Your personal link, DNS or the typed safety number can." | "De server alleen kan niet voor een organisatie instaan. Je persoonlijke link, DNS of het ingetypte veiligheidsnummer wel.";
    UNPROVED_DO: "Check again, and then type the safety number that an administrator gives you." | "Controleer opnieuw, en typ dan het veiligheidsnummer dat een beheerder je geeft.";
    RELEASED: "The organisation no longer asks for your account" | "De organisatie vraagt niet langer om je account";
    RELEASED_WHY: "An administrator released the domain or stopped the adoption, after you signed in." | "Een beheerder heeft het domein vrijgegeven of de adoptie gestopt, nadat je inlogde.";
    RELEASED_DO: "Go on using your account. If the organisation asks again, Zegel tells you at your next sign-in." | "Gebruik je account gewoon verder. Vraagt de organisatie het opnieuw, dan meldt Zegel dat als je weer inlogt.";
    ALREADY: "This account has joined already" | "Dit account is al toegetreden";
    ALREADY_WHY: "You accepted in another browser or tab." | "Je hebt in een andere browser of een ander tabblad geaccepteerd.";
    ALREADY_DO: "Go to your messages; there is nothing left to decide." | "Ga naar je berichten; er valt niets meer te beslissen.";
}

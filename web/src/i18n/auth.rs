//! Signing in and up, the recovery code, settings.

use super::texts;

texts! {
    SIGN_IN: "Sign in" | "Inloggen";
    ADDRESS: "E-mail address" | "E-mailadres";
    PASSWORD: "Password" | "Wachtwoord";
    NEW_HERE: "New here?" | "Nieuw hier?";
    CREATE_ACCOUNT_LINK: "Create an account" | "Maak een account";
    HAVE_ACCOUNT: "Have an account?" | "Heb je een account?";
    SIGN_IN_PROMISE: "Sealed on this device. Opened only by the people you address." | "Verzegeld op dit apparaat. Alleen geopend door wie je aanschrijft.";
    SIGN_IN_EXPLANATION: "Your password stays here. Zegel turns it into a key on this device and never sends it anywhere." | "Je wachtwoord blijft hier. Zegel maakt er op dit apparaat een sleutel van en stuurt het nergens heen.";
    SESSION_ENDED: "Your session has ended" | "Je sessie is beëindigd";
    SESSION_ENDED_HINT: "Sign in again to go on. What you were writing is kept." | "Log opnieuw in om verder te gaan. Wat je aan het schrijven was, is bewaard.";
    LINK_OPENED: "You opened an invitation of an organisation" | "Je hebt een uitnodiging van een organisatie geopend";
    LINK_OPENED_HINT: "Sign in, or create an account, with the address it was sent to. Then you see who invites you and decide." | "Log in, of maak een account, met het adres waarnaar hij is gestuurd. Daarna zie je wie je uitnodigt en beslis je.";

    STEPS: "Steps" | "Stappen";
    STEP_ADDRESS: "Address" | "Adres";
    STEP_ACCOUNT: "Account" | "Account";
    STEP_RECOVERY: "Recovery code" | "Herstelcode";
    STEP_DONE: "done" | "klaar";
    SIGN_UP_TITLE: "Create your account" | "Maak je account";
    SIGN_UP_PROMISE: "One password, one recovery code. Both in your hands." | "Eén wachtwoord, één herstelcode. Allebei in jouw handen.";
    SIGN_UP_EXPLANATION: "Zegel makes your keys on this device. Anyone can read how: the source is open." | "Zegel maakt je sleutels op dit apparaat. Iedereen kan lezen hoe: de broncode is open.";
    ADDRESS_HINT: "We send a code to it, to see that it is yours." | "We sturen er een code naartoe, om te zien dat het van jou is.";
    SEND_CODE: "Send code" | "Code versturen";
    CODE_TITLE: "Check your e-mail" | "Kijk in je e-mail";
    CODE_SENT_TO: "We sent a code to {address}. It works for a short time. If the address has an account already, the e-mail says so." | "We hebben een code gestuurd naar {address}. Hij werkt korte tijd. Heeft het adres al een account, dan staat dat in de e-mail.";
    CODE: "Code from the e-mail" | "Code uit de e-mail";
    NEW_CODE: "Send a new code" | "Nieuwe code versturen";
    NEW_CODE_SENT: "New code sent" | "Nieuwe code verstuurd";
    OTHER_ADDRESS: "Use another address" | "Ander adres gebruiken";
    DETAILS_FOR: "For {address}" | "Voor {address}";
    YOUR_NAME: "Your name" | "Je naam";
    NAME_HINT: "People you write to see this name." | "Wie je schrijft, ziet deze naam.";
    MAKE_ACCOUNT: "Create account" | "Account aanmaken";

    STRENGTH: "Password strength: {value} of 4" | "Wachtwoordsterkte: {value} van 4";
    STRENGTH_EMPTY: "At least 12 characters. A sentence you can remember works best." | "Minstens 12 tekens. Een zin die je onthoudt werkt het best.";
    STRENGTH_1: "Weak. Use at least 12 characters; three or four words work well." | "Zwak. Gebruik minstens 12 tekens; drie of vier woorden werken goed.";
    STRENGTH_2: "Fair. Add a word or two." | "Redelijk. Voeg een of twee woorden toe.";
    STRENGTH_3: "Strong. A sentence you can remember works best." | "Sterk. Een zin die je onthoudt werkt het best.";
    STRENGTH_4: "Very strong. Nothing to improve." | "Heel sterk. Niets te verbeteren.";

    RECOVERY_TITLE: "Keep your recovery code" | "Bewaar je herstelcode";
    RECOVERY_TEXT: "If you forget your password, this code opens your messages again. It is shown once, and we do not have a copy." | "Als je je wachtwoord vergeet, opent deze code je berichten weer. Hij wordt één keer getoond, en wij hebben geen kopie.";
    RECOVERY_CODE: "Recovery code" | "Herstelcode";
    RECOVERY_FILE: "zegel-recovery-code.txt" | "zegel-herstelcode.txt";
    RECOVERY_FILE_TEXT: "Zegel recovery code for {address}\n\n{code}\n\nWhoever has this code can open your messages. Keep it on paper or in a password manager." | "Zegel-herstelcode voor {address}\n\n{code}\n\nWie deze code heeft, kan je berichten openen. Bewaar hem op papier of in een wachtwoordmanager.";
    RECOVERY_CONFIRM: "Show that you have it: type the last group" | "Laat zien dat je hem hebt: typ de laatste groep";
    CONFIRM_CODE: "Confirm code" | "Code bevestigen";

    SETTINGS: "Settings" | "Instellingen";
    PROFILE: "Profile" | "Profiel";
    PROFILE_TEXT: "How others see you." | "Hoe anderen je zien.";
    NAME: "Name" | "Naam";
    ORGANISATION: "Organisation" | "Organisatie";
    NO_ORGANISATION: "None" | "Geen";
    THIS_BROWSER: "This browser" | "Deze browser";
    THIS_BROWSER_TEXT: "Language, colours and keys on this device only." | "Taal, kleuren en toetsen, alleen op dit apparaat.";
    SHORTCUTS: "Keyboard shortcuts" | "Sneltoetsen";
    SHORTCUTS_HINT: "In mail: / searches, c starts a message, j and k go to the next and previous one, r, a and f answer, answer all and forward, e archives, # moves to the bin, u marks as unread, s stars, x selects, g then i goes to the inbox, ? lists all keys. Off while you type." | "In e-mail: / zoekt, c begint een bericht, j en k gaan naar het volgende en vorige, r, a en f beantwoorden, beantwoorden allen en sturen door, e archiveert, # verplaatst naar de prullenbak, u markeert als ongelezen, s geeft een ster, x selecteert, g en dan i gaat naar Postvak IN, ? toont alle toetsen. Uit terwijl je typt.";
    PASSWORD_TEXT: "A new password signs out your other browsers. Your messages and recovery code stay as they are." | "Een nieuw wachtwoord logt je andere browsers uit. Je berichten en herstelcode blijven zoals ze zijn.";
    CURRENT_PASSWORD: "Current password" | "Huidig wachtwoord";
    NEW_PASSWORD: "New password" | "Nieuw wachtwoord";
    CHANGE_PASSWORD: "Change password" | "Wachtwoord wijzigen";
    PASSWORD_CHANGED: "Password changed; other browsers are signed out" | "Wachtwoord gewijzigd; andere browsers zijn uitgelogd";
    OWN_NUMBER: "Your safety number" | "Je veiligheidsnummer";
    OWN_NUMBER_TEXT: "Read it to people who want to be sure that a message is yours. It is no secret." | "Lees het voor aan wie zeker wil weten dat een bericht van jou is. Het is geen geheim.";
    SHOW_NUMBER: "Show safety number" | "Veiligheidsnummer tonen";
    SESSIONS: "Signed in" | "Ingelogd";
    SESSIONS_TEXT: "If a device is lost, sign out everywhere and change your password." | "Is een apparaat kwijt, log dan overal uit en wijzig je wachtwoord.";
    SIGN_OUT_EVERYWHERE: "Sign out everywhere" | "Overal uitloggen";
    SIGN_OUT_EVERYWHERE_TITLE: "Sign out everywhere?" | "Overal uitloggen?";
    SIGN_OUT_CONSEQUENCE_HERE: "You are signed out in this browser and in every other one, at once." | "Je bent direct uitgelogd in deze browser en in elke andere.";
    SIGN_OUT_CONSEQUENCE_KEPT: "Your messages stay. Your password opens them again." | "Je berichten blijven. Je wachtwoord opent ze weer.";
}

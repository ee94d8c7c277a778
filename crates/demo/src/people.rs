//! The made-up people, and what they wrote to each other.

/// Somebody with an account.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Person {
    pub(crate) name: &'static str,
    pub(crate) address: &'static str,
    pub(crate) password: &'static str,
    /// Who they are, in the printed table.
    pub(crate) about: &'static str,
}

pub(crate) const ORGANISATION: &str = "Advocatenkantoor Van Dijk";
pub(crate) const DOMAIN: &str = "vandijk.example";

pub(crate) const SANNE: Person = Person {
    name: "Sanne de Wit",
    address: "sanne@vandijk.example",
    password: "demo regen op de Vecht",
    about: "administrator of the organisation",
};

pub(crate) const JORIS: Person = Person {
    name: "Joris Bakker",
    address: "joris@vandijk.example",
    password: "demo zeven tulpen en een fiets",
    about: "free account, still to adopt",
};

pub(crate) const FATIMA: Person = Person {
    name: "Fatima El Amrani",
    address: "fatima@vandijk.example",
    password: "demo muntthee op het dak",
    about: "free account, still to adopt",
};

pub(crate) const ANOUK: Person = Person {
    name: "Anouk Visser",
    address: "anouk@vandijk.example",
    password: "demo schaatsen in de polder",
    about: "member; acts as Secretariaat and as Sanne",
};

pub(crate) const PIETER: Person = Person {
    name: "Pieter Jansen",
    address: "pieter@praktijk.example",
    password: "demo stethoscoop van drop",
    about: "free account elsewhere, stays outside",
};

/// Everybody, in the order of the table.
pub(crate) const EVERYBODY: [Person; 5] = [SANNE, JORIS, FATIMA, ANOUK, PIETER];

/// The functional account.
pub(crate) const SECRETARIAT: &str = "info@vandijk.example";
pub(crate) const SECRETARIAT_NAME: &str = "Secretariaat";

/// A message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letter {
    pub(crate) from: Person,
    /// Address.
    pub(crate) to: &'static str,
    pub(crate) subject: &'static str,
    pub(crate) text: &'static str,
    /// Subject of the message that it answers.
    pub(crate) answers: Option<&'static str>,
}

/// What they wrote before there was an organisation, oldest first.
pub(crate) const LETTERS: [Letter; 6] = [
    Letter {
        from: PIETER,
        to: JORIS.address,
        subject: REFERRAL,
        text: "Beste Joris,\n\nMevrouw Verhoeven heeft mij toestemming gegeven om haar dossier met je te delen. \
               De brief van de orthopeed van 3 november is voor de letselzaak het belangrijkst: \
               de beperking aan de rechterschouder is volgens hem blijvend.\n\nBel me gerust als je vragen hebt.\n\n\
               Groet,\nPieter",
        answers: None,
    },
    Letter {
        from: JORIS,
        to: FATIMA.address,
        subject: HEARING,
        text: "Hoi Fatima,\n\nDonderdag om kwart over negen, zaal 12. Kun jij de stukken van de huisarts meenemen? \
               Ik heb ze vanochtend gekregen en zet ze vanavond op volgorde.\n\nNiet via gewone mail, graag.\n\nJoris",
        answers: None,
    },
    Letter {
        from: FATIMA,
        to: JORIS.address,
        subject: HEARING_ANSWER,
        text: "Doe ik. De wederpartij biedt nu 45.000, vertrouwelijk. Ik zou nog niet tekenen: \
               de orthopeed rekent op blijvende schade.\n\nZullen we woensdag om vijf uur samen door de pleitnota?\n\nFatima",
        answers: Some(HEARING),
    },
    Letter {
        from: JORIS,
        to: FATIMA.address,
        subject: HEARING_ANSWER,
        text: "Eens, niet tekenen. Woensdag om vijf uur, bij mij op de kamer.\n\nJoris",
        answers: Some(HEARING_ANSWER),
    },
    Letter {
        from: ANOUK,
        to: FATIMA.address,
        subject: PERMITS,
        text: "Hi Fatima,\n\nThe court gave us two permits for Thursday, under your name and Joris's. \
               The code for the gate is in the drawer, not in this message.\n\nAnouk",
        answers: None,
    },
    Letter {
        from: FATIMA,
        to: PIETER.address,
        subject: "Dank voor de snelle reactie",
        text: "Dag Pieter,\n\nDank, ook namens Joris. Wij bewaren de stukken alleen in Zegel, zoals met mevrouw Verhoeven \
               afgesproken.\n\nMet vriendelijke groet,\nFatima El Amrani",
        answers: None,
    },
];

const HEARING: &str = "Zitting Verhoeven, donderdag";
const HEARING_ANSWER: &str = "Re: Zitting Verhoeven, donderdag";
/// Joris stars it.
pub(crate) const REFERRAL: &str = "Verwijzing mevrouw Verhoeven";
/// Fatima archives it.
pub(crate) const PERMITS: &str = "Parking permits for the court";

/// What came to the functional account, oldest first.
pub(crate) const TO_SECRETARIAT: [Letter; 2] = [
    Letter {
        from: FATIMA,
        to: SECRETARIAT,
        subject: "Dossier Verhoeven naar de rechtbank",
        text: "Dag,\n\nWil een van jullie het dossier woensdag vóór twaalven bij de griffie afgeven? \
               De inventaris ligt bovenop.\n\nDank, Fatima",
        answers: None,
    },
    Letter {
        from: PIETER,
        to: SECRETARIAT,
        subject: QUESTION,
        text: "Geachte mevrouw, heer,\n\nOp welk adres kan ik donderdag als deskundige terecht, en hoe laat moet ik er zijn?\n\n\
               Met vriendelijke groet,\nPieter Jansen",
        answers: None,
    },
];

/// The message that Anouk answers as the functional account.
pub(crate) const QUESTION: &str = "Getuigenis donderdag: waar en hoe laat?";
pub(crate) const QUESTION_ANSWER: &str = "Dag meneer Jansen,\n\nDe zitting is in zaal 12, Vrouwe Justitiaplein 1, om kwart over negen. \
     Wilt u er een kwartier eerder zijn?\n\nMet vriendelijke groet,\nSecretariaat Van Dijk";

/// What Sanne writes when everything else is there.
pub(crate) const WELCOME: Letter = Letter {
    from: SANNE,
    to: ANOUK.address,
    subject: "Welkom, en dank voor het waarnemen",
    text: "Hoi Anouk,\n\nJe kunt nu bij de post van het secretariaat, en bij de mijne zolang ik weg ben: \
           klik rechtsboven op je naam om te wisselen.\n\nSanne",
    answers: None,
};

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
    about: "free account, still to adopt",
};

pub(crate) const PIETER: Person = Person {
    name: "Pieter Jansen",
    address: "pieter@praktijk.example",
    password: "demo stethoscoop van drop",
    about: "free account elsewhere, stays outside",
};

/// Everybody, in the order of the table.
pub(crate) const EVERYBODY: [Person; 5] = [SANNE, JORIS, FATIMA, ANOUK, PIETER];

/// A message.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Letter {
    pub(crate) from: Person,
    pub(crate) to: Person,
    pub(crate) subject: &'static str,
    pub(crate) text: &'static str,
}

/// What they wrote, oldest first.
pub(crate) const LETTERS: [Letter; 5] = [
    Letter {
        from: PIETER,
        to: JORIS,
        subject: "Verwijzing mevrouw Verhoeven",
        text: "Beste Joris,\n\nMevrouw Verhoeven heeft mij toestemming gegeven om haar dossier met je te delen. \
               De brief van de orthopeed van 3 november is voor de letselzaak het belangrijkst: \
               de beperking aan de rechterschouder is volgens hem blijvend.\n\nBel me gerust als je vragen hebt.\n\n\
               Groet,\nPieter",
    },
    Letter {
        from: JORIS,
        to: FATIMA,
        subject: "Zitting Verhoeven, donderdag",
        text: "Hoi Fatima,\n\nDonderdag om kwart over negen, zaal 12. Kun jij de stukken van de huisarts meenemen? \
               Ik heb ze vanochtend gekregen en zet ze vanavond op volgorde.\n\nNiet via gewone mail, graag.\n\nJoris",
    },
    Letter {
        from: FATIMA,
        to: JORIS,
        subject: "Re: Zitting Verhoeven, donderdag",
        text: "Doe ik. De wederpartij biedt nu 45.000, vertrouwelijk. Ik zou nog niet tekenen: \
               de orthopeed rekent op blijvende schade.\n\nZullen we woensdag om vijf uur samen door de pleitnota?\n\nFatima",
    },
    Letter {
        from: ANOUK,
        to: FATIMA,
        subject: "Parking permits for the court",
        text: "Hi Fatima,\n\nThe court gave us two permits for Thursday, under your name and Joris's. \
               The code for the gate is in the drawer, not in this message.\n\nAnouk",
    },
    Letter {
        from: FATIMA,
        to: PIETER,
        subject: "Dank voor de snelle reactie",
        text: "Dag Pieter,\n\nDank, ook namens Joris. Wij bewaren de stukken alleen in Zegel, zoals met mevrouw Verhoeven \
               afgesproken.\n\nMet vriendelijke groet,\nFatima El Amrani",
    },
];

//! Tables for other programs: RFC 4180, safe to open in a spreadsheet.

/// A table that is being written.
pub(crate) struct Csv {
    text: String,
}

impl Csv {
    /// Starts with the names of the columns.
    pub(crate) fn new(columns: &[&str]) -> Self {
        // Excel takes a file for UTF-8 only with the byte order mark.
        let mut csv = Self {
            text: String::from("\u{feff}"),
        };
        csv.row(columns);
        csv
    }

    /// Adds a row.
    pub(crate) fn row<S: AsRef<str>>(&mut self, cells: &[S]) {
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                self.text.push(',');
            }
            self.cell(cell.as_ref());
        }
        self.text.push_str("\r\n");
    }

    /// The whole file.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn cell(&mut self, cell: &str) {
        self.text.push('"');
        if starts_formula(cell) {
            self.text.push('\'');
        }
        self.text.push_str(&cell.replace('"', "\"\""));
        self.text.push('"');
    }
}

/// Spreadsheets run a cell that starts like this as a formula, even between quotes (OWASP, "CSV injection").
/// Addresses, names and organisations come from other people, so an apostrophe makes such a cell plain text.
fn starts_formula(cell: &str) -> bool {
    cell.trim_start_matches([' ', '\u{a0}']).starts_with([
        '=', '+', '-', '@', '\t', '\r', '\n', '\u{ff1d}', '\u{ff0b}', '\u{ff0d}', '\u{ff20}',
    ])
}

#[cfg(test)]
mod tests {
    use super::Csv;

    fn body(cells: &[&str]) -> String {
        let mut csv = Csv::new(&["a"]);
        csv.row(cells);
        csv.finish()
            .strip_prefix("\u{feff}\"a\"\r\n")
            .expect("header")
            .to_owned()
    }

    #[test]
    fn every_cell_is_quoted_and_quotes_are_doubled() {
        assert_eq!(
            body(&["x,y", "say \"hi\"", "two\nlines"]),
            "\"x,y\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n"
        );
    }

    #[test]
    fn cells_that_a_spreadsheet_would_run_become_text() {
        for bad in [
            "=cmd|' /C calc'!A1",
            "+1",
            "-1+1",
            "@SUM(A1)",
            "\t=1",
            "\r=1",
            "  =1",
            "\u{ff1d}1",
        ] {
            assert!(body(&[bad]).starts_with("\"'"), "{bad:?}");
        }
        assert_eq!(
            body(&["anna@van-dijk.example"]),
            "\"anna@van-dijk.example\"\r\n"
        );
    }
}

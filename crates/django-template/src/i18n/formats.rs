//! Date and number formats by language; the table is generated from Django's settings.
//! Django: `django.utils.formats.get_format`, `django.conf.locale`.

/// One line per language: the fields of `Formats` in order. `_` is a space, `~` a no-break space.
const TABLE: &str = include_str!("formats.tsv");

/// How a language writes dates and numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Formats {
    pub date: &'static str,
    pub time: &'static str,
    pub datetime: &'static str,
    pub year_month: &'static str,
    pub month_day: &'static str,
    pub short_date: &'static str,
    pub short_datetime: &'static str,
    pub decimal: &'static str,
    pub thousand: &'static str,
    /// Digits per group; 0 for none, 320 for India's 3, 2, 2, ...
    pub grouping: usize,
}

impl Formats {
    /// The formats of settings that name none.
    pub const DEFAULT: Formats = Formats {
        date: "N j, Y",
        time: "P",
        datetime: "N j, Y, P",
        year_month: "F Y",
        month_day: "F j",
        short_date: "m/d/Y",
        short_datetime: "m/d/Y P",
        decimal: ".",
        thousand: ",",
        grouping: 0,
    };

    pub fn of(language: &str) -> Formats {
        let generic = language.split('-').next().unwrap_or(language);
        let mut formats = Formats::DEFAULT;
        // The specific file is asked first, so its lines are applied last.
        let languages: &[&str] = if generic == language { &[language] } else { &[generic, language] };
        for wanted in languages {
            if let Some(line) = TABLE.lines().find(|l| l.split('\t').next() == Some(wanted)) {
                formats.apply(line);
            }
        }
        formats
    }

    fn apply(&mut self, line: &'static str) {
        let mut fields = line.split('\t').skip(1);
        let mut set = |slot: &mut &'static str| {
            if let Some(value) = fields.next().filter(|v| !v.is_empty()) {
                *slot = match value {
                    "_" => " ",
                    "~" => "\u{a0}",
                    other => other,
                };
            }
        };
        set(&mut self.date);
        set(&mut self.time);
        set(&mut self.datetime);
        set(&mut self.year_month);
        set(&mut self.month_day);
        set(&mut self.short_date);
        set(&mut self.short_datetime);
        set(&mut self.decimal);
        set(&mut self.thousand);
        let mut grouping = "";
        set(&mut grouping);
        if let Ok(digits) = grouping.parse() {
            self.grouping = digits;
        }
    }

    /// The format a template names, such as `SHORT_DATE_FORMAT`; any other text is a format itself.
    pub fn named<'f>(&self, name: &'f str) -> &'f str {
        match name {
            "DATE_FORMAT" => self.date,
            "TIME_FORMAT" => self.time,
            "DATETIME_FORMAT" => self.datetime,
            "YEAR_MONTH_FORMAT" => self.year_month,
            "MONTH_DAY_FORMAT" => self.month_day,
            "SHORT_DATE_FORMAT" => self.short_date,
            "SHORT_DATETIME_FORMAT" => self.short_datetime,
            "DECIMAL_SEPARATOR" => self.decimal,
            "THOUSAND_SEPARATOR" => self.thousand,
            other => other,
        }
    }
}

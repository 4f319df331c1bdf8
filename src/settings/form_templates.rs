//! `[server.form_templates]`: FORM_RENDERER of a project that has templates of its own for widgets, labels, errors or forms.
//! Django: `form_template_name`, `field_template_name`.

use super::reader::Table;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FormTemplates {
    pub form: String,
    pub field: String,
}

pub(super) fn read(server: &mut Table) -> Option<FormTemplates> {
    let mut table = server.table("form_templates")?;
    let form = table.string("form", "django/forms/div.html");
    let field = table.string("field", "django/forms/field.html");
    table.finish();
    Some(FormTemplates { form, field })
}

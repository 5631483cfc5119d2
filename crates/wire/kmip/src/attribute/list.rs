//! The attributes of an object that is to be created.

use claviger_wire_ttlv::{Item, Tag, Version, Writer, tag};

use crate::attribute::{self, AttributeEntry};
use crate::error::MessageError;
use crate::field::Field;
use crate::slot::expect_structure;
use crate::structure::Name;

/// `Template-Attribute` of 1.x (1.4, section 2.1.8), `Attributes` of 2.x (2.1, sections 5.1 to 5.4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attributes {
    /// The templates whose attributes are to be taken first (1.x).
    pub templates: Vec<Name>,
    /// The attributes, in the order of the message.
    pub entries: Vec<AttributeEntry>,
}

impl From<Vec<AttributeEntry>> for Attributes {
    fn from(entries: Vec<AttributeEntry>) -> Self {
        Self { templates: Vec::new(), entries }
    }
}

impl Field for Attributes {
    fn read(item: Item<'_>, version: Version) -> Result<Self, MessageError> {
        if version.major >= 2 && item.tag() != tag::TEMPLATE_ATTRIBUTE {
            return attribute::read_all_tagged(item).map(Self::from);
        }
        expect_structure(item)?;
        let mut attributes = Self::default();
        for child in item.children() {
            match child.tag() {
                tag::ATTRIBUTE => attributes.entries.push(attribute::read_named(child)?),
                tag::NAME => attributes.templates.push(Name::decode(child, version)?),
                other if other.is_extension() => {}
                other => {
                    return Err(MessageError::unexpected("TemplateAttribute", other, version));
                }
            }
        }
        Ok(attributes)
    }

    fn write(&self, writer: &mut Writer, tag: Tag, version: Version) {
        let open = writer.open(tag);
        if version.major < 2 {
            for template in &self.templates {
                template.write(writer, tag::NAME, version);
            }
        }
        attribute::write_all(&self.entries, writer, version);
        writer.close(open);
    }
}

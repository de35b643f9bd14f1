//! Rows cut into columns as Parquet stores them: values, and for each how deep its lists repeat and how much of its path
//! is there (repetition and definition levels; Melnik et al. 2010, "Dremel", section 4).

use std::io::{self, Write};

use ::parquet::basic::{ConvertedType, Repetition, Type as Physical};
use ::parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int32Type, Int64Type};
use ::parquet::errors::ParquetError;
use ::parquet::file::writer::{SerializedColumnWriter, SerializedRowGroupWriter};
use ::parquet::schema::types::Type;
use serde_json::Value;

/// Values of one column, by their type.
enum Values {
    Bool(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Double(Vec<f64>),
    Bytes(Vec<ByteArray>),
}

struct Column {
    values: Values,
    definition: Vec<i16>,
    repetition: Vec<i16>,
}

/// The columns of rows that wait to be written.
pub(super) struct Columns {
    all: Vec<Column>,
    bytes: usize,
}

/// How often lists repeat and how much is there, at one place of a row.
#[derive(Clone, Copy)]
struct Level {
    /// Of the next value.
    repetition: i16,
    definition: i16,
    /// Lists above this place.
    lists: i16,
}

impl Columns {
    /// Empty columns for `schema`.
    pub fn of(schema: &Type) -> Self {
        let mut all = Vec::new();
        leaves(schema, &mut all);
        Self { all, bytes: 0 }
    }

    /// Whether no row waits.
    pub fn is_empty(&self) -> bool {
        self.bytes == 0
    }

    /// About how much memory the rows take.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Adds a row.
    ///
    /// # Errors
    /// If it does not fit `schema`.
    pub fn add(&mut self, schema: &Type, row: &Value) -> io::Result<()> {
        let level = Level {
            repetition: 0,
            definition: 0,
            lists: 0,
        };
        self.group(schema, row, level, 0).map(drop)
    }

    /// Writes all rows as one row group; none waits after that.
    ///
    /// # Errors
    /// What the file says.
    pub fn write(&mut self, group: &mut SerializedRowGroupWriter<'_, impl Write + Send>) -> Result<(), ParquetError> {
        for column in &mut self.all {
            let Some(mut writer) = group.next_column()? else { break };
            column.write(&mut writer)?;
            writer.close()?;
        }
        self.bytes = 0;
        Ok(())
    }

    /// The fields of a group; gives the number of the column behind them, as all of these do.
    fn group(&mut self, node: &Type, value: &Value, level: Level, mut column: usize) -> io::Result<usize> {
        for field in node.get_fields() {
            column = self.field(field, value.get(field.name()).unwrap_or(&Value::Null), level, column)?;
        }
        Ok(column)
    }

    fn field(&mut self, node: &Type, value: &Value, level: Level, column: usize) -> io::Result<usize> {
        let is_optional = node.get_basic_info().repetition() == Repetition::OPTIONAL;
        match value {
            Value::Null if is_optional => self.nothing(node, level, column),
            _ if is_optional => {
                let level = Level {
                    definition: level.definition + 1,
                    ..level
                };
                self.present(node, value, level, column)
            }
            _ => self.present(node, value, level, column),
        }
    }

    fn present(&mut self, node: &Type, value: &Value, level: Level, column: usize) -> io::Result<usize> {
        if !node.is_group() {
            return self.leaf(node, value, level, column);
        }
        if node.get_basic_info().converted_type() != ConvertedType::LIST {
            return self.group(node, value, level, column);
        }
        // A list is a group of one repeated group of one element.
        let element = node.get_fields().first().and_then(|list| list.get_fields().first());
        let (Some(element), Some(items)) = (element, value.as_array()) else {
            return Err(misfit(node, value));
        };
        if items.is_empty() {
            return self.nothing(node, level, column);
        }
        let mut behind = column;
        for (number, item) in items.iter().enumerate() {
            let level = Level {
                repetition: if number == 0 { level.repetition } else { level.lists + 1 },
                definition: level.definition + 1,
                lists: level.lists + 1,
            };
            behind = self.field(element, item, level, column)?;
        }
        Ok(behind)
    }

    /// Notes in every column below `node` that there is nothing.
    fn nothing(&mut self, node: &Type, level: Level, column: usize) -> io::Result<usize> {
        if node.is_group() {
            return node
                .get_fields()
                .iter()
                .try_fold(column, |column, field| self.nothing(field, level, column));
        }
        self.level(level, column);
        Ok(column + 1)
    }

    fn level(&mut self, level: Level, column: usize) {
        if let Some(column) = self.all.get_mut(column) {
            column.definition.push(level.definition);
            column.repetition.push(level.repetition);
        }
        self.bytes += 2 * size_of::<i16>();
    }

    fn leaf(&mut self, node: &Type, value: &Value, level: Level, column: usize) -> io::Result<usize> {
        self.level(level, column);
        let Some(to) = self.all.get_mut(column) else {
            return Err(misfit(node, value));
        };
        let size = match (&mut to.values, value) {
            (Values::Bool(values), Value::Bool(value)) => push(values, *value),
            (Values::Int32(values), Value::Number(value)) => {
                let value = value.as_i64().and_then(|value| i32::try_from(value).ok());
                value.map_or(0, |value| push(values, value))
            }
            (Values::Int64(values), Value::Number(value)) => value.as_i64().map_or(0, |value| push(values, value)),
            (Values::Double(values), Value::Number(value)) => value.as_f64().map_or(0, |value| push(values, value)),
            (Values::Bytes(values), Value::String(value)) => {
                value.len() + push(values, ByteArray::from(value.as_str()))
            }
            _ => 0,
        };
        self.bytes += size;
        if size == 0 {
            Err(misfit(node, value))
        } else {
            Ok(column + 1)
        }
    }
}

/// Adds a value and gives its size.
fn push<T>(values: &mut Vec<T>, value: T) -> usize {
    values.push(value);
    size_of::<T>()
}

fn misfit(node: &Type, value: &Value) -> io::Error {
    io::Error::other(format!("{value} does not fit the column {}", node.name()))
}

/// An empty column for each leaf below `node`, in order.
fn leaves(node: &Type, all: &mut Vec<Column>) {
    if node.is_group() {
        return node.get_fields().iter().for_each(|field| leaves(field, all));
    }
    let values = match node.get_physical_type() {
        Physical::BOOLEAN => Values::Bool(Vec::new()),
        Physical::INT32 => Values::Int32(Vec::new()),
        Physical::INT64 => Values::Int64(Vec::new()),
        Physical::DOUBLE => Values::Double(Vec::new()),
        _ => Values::Bytes(Vec::new()),
    };
    all.push(Column {
        values,
        definition: Vec::new(),
        repetition: Vec::new(),
    });
}

impl Column {
    /// Hands all values on and keeps none.
    fn write(&mut self, to: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        let levels = (
            std::mem::take(&mut self.definition),
            std::mem::take(&mut self.repetition),
        );
        let (definition, repetition) = (Some(&levels.0[..]), Some(&levels.1[..]));
        match &mut self.values {
            Values::Bool(v) => to
                .typed::<BoolType>()
                .write_batch(&std::mem::take(v), definition, repetition)?,
            Values::Int32(v) => to
                .typed::<Int32Type>()
                .write_batch(&std::mem::take(v), definition, repetition)?,
            Values::Int64(v) => to
                .typed::<Int64Type>()
                .write_batch(&std::mem::take(v), definition, repetition)?,
            Values::Double(v) => to
                .typed::<DoubleType>()
                .write_batch(&std::mem::take(v), definition, repetition)?,
            Values::Bytes(v) => to
                .typed::<ByteArrayType>()
                .write_batch(&std::mem::take(v), definition, repetition)?,
        };
        Ok(())
    }
}

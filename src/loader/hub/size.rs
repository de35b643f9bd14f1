//! A number of bytes for a person.

/// `12 bytes`, `3.4 kB`, `5.6 MB`, `7.8 GB`.
pub fn readable(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        0..1_000 => format!("{bytes} bytes"),
        1_000..999_950 => format!("{:.1} kB", bytes as f64 / 1e3),
        999_950..999_950_000 => format!("{:.1} MB", bytes as f64 / 1e6),
        _ => format!("{:.1} GB", bytes as f64 / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use super::readable;

    #[test]
    fn sizes_are_readable() {
        let sizes = [1, 12, 3_400, 999_999, 5_600_000, 999_999_999, 7_800_000_000].map(readable);
        assert_eq!(
            sizes,
            ["1 byte", "12 bytes", "3.4 kB", "1.0 MB", "5.6 MB", "1.0 GB", "7.8 GB"]
        );
    }
}

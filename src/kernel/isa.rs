//! The instruction sets that the kernels are written for, and which of them this CPU runs. It is read from the CPU when
//! the program runs, never from how it was compiled, so one binary is as fast as each machine allows.

/// An instruction set that the kernels are written for. Finer features (bf16 and 8-bit dot products) are looked at
/// where they are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Isa {
    /// AVX-512 F, BW, DQ and VL, which x86-64-v4 is.
    Avx512,
    /// AVX2 with FMA.
    Avx2,
    /// Plain loops, whatever the CPU.
    Portable,
}

impl Isa {
    /// The widest that this CPU runs.
    pub fn best() -> Self {
        [Self::Avx512, Self::Avx2]
            .into_iter()
            .find(|isa| isa.is_available())
            .unwrap_or(Self::Portable)
    }

    /// All that this CPU runs, the widest first.
    pub fn available() -> Vec<Self> {
        [Self::Avx512, Self::Avx2, Self::Portable]
            .into_iter()
            .filter(|isa| isa.is_available())
            .collect()
    }

    /// Whether this CPU runs it. The features are read once and remembered by the standard library.
    #[cfg(target_arch = "x86_64")]
    pub fn is_available(self) -> bool {
        match self {
            Self::Avx512 => {
                is_x86_feature_detected!("avx512f")
                    && is_x86_feature_detected!("avx512bw")
                    && is_x86_feature_detected!("avx512dq")
                    && is_x86_feature_detected!("avx512vl")
            }
            Self::Avx2 => is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma"),
            Self::Portable => true,
        }
    }

    /// Whether this CPU runs it.
    #[cfg(not(target_arch = "x86_64"))]
    pub fn is_available(self) -> bool {
        self == Self::Portable
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_is_the_first_of_those_there_are() {
        let available = Isa::available();
        assert_eq!(available[0], Isa::best());
        assert_eq!(available.last(), Some(&Isa::Portable));
    }
}

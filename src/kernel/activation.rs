//! The functions between the two linear layers of a feed-forward block. One name for each, whoever computes it: a pass
//! of its own over the values (`elementwise.rs`) or the end of a matrix product (`packed/`).

/// A function of each value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Activation {
    /// `x Φ(x)`, the exact GELU (Hendrycks & Gimpel 2016).
    Gelu,
    /// Its approximation by tanh, from the same paper.
    GeluTanh,
    /// `max(x, 0)`.
    Relu,
}

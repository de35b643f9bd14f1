//! Every kernel on memory that ends where a page begins that nobody may touch: reading or writing one byte too many
//! ends the program.
#![allow(unsafe_code)]

use std::marker::PhantomData;

use super::kernel::Tile;
use super::*;

/// Numbers whose last byte is the last before a forbidden page.
struct Guarded<T> {
    start: *mut libc::c_void,
    page: usize,
    pages: usize,
    len: usize,
    kind: PhantomData<T>,
}

impl<T: Copy> Guarded<T> {
    fn new(values: &[T]) -> Self {
        // SAFETY: a query without arguments in memory.
        let page = unsafe { libc::sysconf(libc::_SC_PAGESIZE) } as usize;
        let pages = size_of_val(values).div_ceil(page) + 1;
        // SAFETY: fresh anonymous memory, at an address that the system picks.
        let start = unsafe {
            libc::mmap(
                std::ptr::null_mut(),
                pages * page,
                libc::PROT_READ | libc::PROT_WRITE,
                libc::MAP_PRIVATE | libc::MAP_ANONYMOUS,
                -1,
                0,
            )
        };
        assert_ne!(start, libc::MAP_FAILED);
        // SAFETY: the last page of the mapping above, which nothing refers to yet.
        assert_eq!(
            unsafe { libc::mprotect(start.byte_add((pages - 1) * page), page, libc::PROT_NONE) },
            0
        );
        let mut guarded = Self {
            start,
            page,
            pages,
            len: values.len(),
            kind: PhantomData,
        };
        guarded.slice().copy_from_slice(values);
        guarded
    }

    fn slice(&mut self) -> &mut [T] {
        let offset = (self.pages - 1) * self.page - self.len * size_of::<T>();
        // SAFETY: `len` numbers lie between `offset` and the forbidden page; the memory starts as zeros, is borrowed
        // with `self`, and a page is aligned for every type.
        unsafe { std::slice::from_raw_parts_mut(self.start.byte_add(offset).cast(), self.len) }
    }
}

impl<T> Drop for Guarded<T> {
    fn drop(&mut self) {
        // SAFETY: the mapping made in `new`, which nothing refers to any more.
        unsafe { libc::munmap(self.start, self.pages * self.page) };
    }
}

fn try_kernel<K, const COLUMNS: usize>(kernel: K, group: usize, value: K::Value, weight: K::Weight)
where
    K: Kernel<COLUMNS>,
    K::Sum: PartialEq + std::fmt::Debug,
{
    for count in 1..=K::ROWS {
        for depth in [group, 3 * group, 17 * group] {
            let stride = depth + 5;
            let mut rows = Guarded::new(&vec![value; (count - 1) * stride + depth]);
            let mut panel = Guarded::new(&vec![weight; depth * COLUMNS]);
            let mut sums = Guarded::new(&vec![[K::Sum::default(); COLUMNS]; count]);
            let tile = Tile {
                rows: rows.slice(),
                stride,
                depth,
                panel: panel.slice(),
            };
            kernel.tile(&tile, sums.slice());
            let first = sums.slice()[0][0];
            assert_ne!(first, K::Sum::default());
            assert!(sums.slice().iter().flatten().all(|&sum| sum == first));
        }
    }
}

fn try_choice(choice: Choice) {
    match choice {
        Choice::F32Portable(kernel) => try_kernel(kernel, 1, 2.0, 3.0),
        Choice::WholePortable(kernel) => try_kernel(kernel, 1, 2.0, 3.0),
        #[cfg(target_arch = "x86_64")]
        Choice::F32Avx512(kernel) => try_kernel(kernel, 1, 2.0, 3.0),
        #[cfg(target_arch = "x86_64")]
        Choice::F32Avx2(kernel) => try_kernel(kernel, 1, 2.0, 3.0),
        #[cfg(target_arch = "x86_64")]
        Choice::Bf16Avx512(kernel) => try_kernel(kernel, 2, 0x4000, 0x4040),
        #[cfg(target_arch = "x86_64")]
        Choice::BytesAvx512(kernel) => try_kernel(kernel, 4, 2, 3),
        #[cfg(target_arch = "x86_64")]
        Choice::BytesAvx2(kernel) => try_kernel(kernel, 4, 2, 3),
        #[cfg(target_arch = "x86_64")]
        Choice::WordsAvx512(kernel) => try_kernel(kernel, 2, 2, 3),
        #[cfg(target_arch = "x86_64")]
        Choice::WordsAvx2(kernel) => try_kernel(kernel, 2, 2, 3),
    }
}

#[test]
fn no_kernel_touches_a_byte_outside_its_slices() {
    for precision in [Precision::F32, Precision::Bf16, Precision::Int8] {
        for isa in Isa::available() {
            Choice::within(precision, isa).into_iter().for_each(try_choice);
        }
    }
}

#[test]
#[should_panic(expected = "rows end before their last number")]
fn a_short_row_is_refused() {
    let tile = Tile {
        rows: &[1.0; 14],
        stride: 8,
        depth: 7,
        panel: &[1.0; 7 * 8],
    };
    portable::F32Portable.tile(&tile, &mut [[0.0; 8]; 2]);
}

#[test]
fn inputs_and_results_may_end_where_memory_ends() {
    let (rows, outputs, inputs) = (5, 27, 13);
    for precision in [Precision::F32, Precision::Bf16, Precision::Int8] {
        for isa in Isa::available() {
            let mut weight = Guarded::new(&vec![0.5_f32; outputs * inputs]);
            let mut bias = Guarded::new(&vec![1.0_f32; outputs]);
            let layer = Packed::new(weight.slice(), outputs, inputs, Some(bias.slice()), precision, isa);
            let mut x = Guarded::new(&vec![1.0_f32; rows * inputs]);
            let mut operand = Operand::new(precision, isa);
            operand.set(x.slice(), inputs);
            let mut out = Guarded::new(&vec![0.0_f32; rows * outputs]);
            layer.apply(&operand, Epilogue::Store, out.slice());
            assert!(out.slice().iter().all(|&value| (value - 7.5).abs() < 1e-5));
        }
    }
}

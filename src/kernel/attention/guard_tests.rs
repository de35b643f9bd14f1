//! Attention on memory that ends where a page begins that must not be touched: a read or write past a slice, on either
//! side, ends the test program.
#![allow(unsafe_code)]

use super::*;

/// Values that begin or end at a guarded page.
struct Guarded {
    pages: *mut libc::c_void,
    size: usize,
    start: *mut f32,
    len: usize,
}

impl Guarded {
    /// `values` in memory of their own, between two guarded pages, up against the first or the last.
    fn new(values: &[f32], at_the_end: bool) -> Self {
        // SAFETY: a question to the system, and a mapping of memory that is nobody's yet.
        let (page, pages, size) = unsafe {
            let page = libc::sysconf(libc::_SC_PAGESIZE) as usize;
            let size = size_of_val(values).next_multiple_of(page) + 2 * page;
            let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
            let pages = libc::mmap(std::ptr::null_mut(), size, libc::PROT_NONE, flags, -1, 0);
            (page, pages, size)
        };
        assert_ne!(pages, libc::MAP_FAILED, "no memory");
        let room = size - 2 * page;
        let offset = if at_the_end { room - size_of_val(values) } else { 0 };
        // SAFETY: `room` bytes after the first page belong to the mapping, and the values fit into what follows `offset`;
        // pages are aligned for f32, and so is their end less whole values.
        let start = unsafe {
            let inside = pages.add(page);
            let changed = libc::mprotect(inside, room, libc::PROT_READ | libc::PROT_WRITE);
            assert_eq!(changed, 0, "no access");
            let start = inside.add(offset).cast::<f32>();
            start.copy_from_nonoverlapping(values.as_ptr(), values.len());
            start
        };
        Self {
            pages,
            size,
            start,
            len: values.len(),
        }
    }

    fn values(&mut self) -> &mut [f32] {
        // SAFETY: `new` wrote `len` values at `start`, and the mapping lives as long as `self`, which is borrowed.
        unsafe { std::slice::from_raw_parts_mut(self.start, self.len) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the mapping was made by `new` and no slice of it outlives `self`.
        unsafe { libc::munmap(self.pages, self.size) };
    }
}

#[test]
fn nothing_outside_the_slices_is_touched() {
    let heads = 2;
    for head_dim in [2, 10, 16, 32, 40, 64, 96] {
        for length in [1, 2, 11, 16, 17, 27, 50] {
            let count = length * heads * head_dim;
            let qkv: Vec<f32> = (0..3 * count).map(|i| (i as f32 * 0.7).sin()).collect();
            let table: Vec<f32> = (0..length * head_dim / 2).map(|i| (i as f32).cos()).collect();
            for at_the_end in [true, false] {
                let mut qkv = Guarded::new(&qkv, at_the_end);
                let mut out = Guarded::new(&vec![f32::NAN; count], at_the_end);
                let (mut cos, mut sin) = (Guarded::new(&table, at_the_end), Guarded::new(&table, at_the_end));
                for reach in [None, Some(0), Some(4)] {
                    let layout = Layout {
                        heads,
                        head_dim,
                        reach,
                        angles: Some((cos.values(), sin.values())),
                    };
                    for isa in Isa::available() {
                        for precision in [Precision::F32, Precision::Bf16] {
                            attend(qkv.values(), &layout, precision, isa, &mut Scratch::new(), out.values());
                            assert!(out.values().iter().all(|x| x.is_finite()), "{isa:?} {precision:?}");
                        }
                    }
                }
            }
        }
    }
}

//! Work factors: Django's defaults by version and the site's own (class attributes of the hashers).

use super::Algorithm;
use super::HasherError;

/// The most PBKDF2 iterations of a hash that is made or checked.
pub const MAX_PBKDF2_ITERATIONS: u32 = 20_000_000;
/// The most bcrypt rounds (log2).
pub const MAX_BCRYPT_ROUNDS: u32 = 18;
/// The most KiB of Argon2, and the most KiB times passes.
pub const MAX_ARGON2_MEMORY: u32 = 1024 * 1024;
const MAX_ARGON2_WORK: u64 = 8 * 1024 * 1024;
/// The most bytes of scrypt's table (128 * N * r), and the greatest N * r * p.
pub const MAX_SCRYPT_MEMORY: u64 = 256 * 1024 * 1024;
const MAX_SCRYPT_WORK: u64 = 32 * 1024 * 1024;

/// The site's own work factors, where they differ from Django's. `None` keeps the default.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Overrides {
    /// `PBKDF2PasswordHasher.iterations`.
    pub pbkdf2_sha256_iterations: Option<u32>,
    /// `PBKDF2SHA1PasswordHasher.iterations`.
    pub pbkdf2_sha1_iterations: Option<u32>,
    /// `Argon2PasswordHasher.time_cost` (passes).
    pub argon2_time_cost: Option<u32>,
    /// `Argon2PasswordHasher.memory_cost` (KiB).
    pub argon2_memory_cost: Option<u32>,
    /// `Argon2PasswordHasher.parallelism` (lanes).
    pub argon2_parallelism: Option<u32>,
    /// `BCryptSHA256PasswordHasher.rounds`, also of plain bcrypt (log2).
    pub bcrypt_rounds: Option<u32>,
    /// `ScryptPasswordHasher.work_factor` (N, a power of two).
    pub scrypt_work_factor: Option<u32>,
    /// `ScryptPasswordHasher.block_size` (r).
    pub scrypt_block_size: Option<u32>,
    /// `ScryptPasswordHasher.parallelism` (p).
    pub scrypt_parallelism: Option<u32>,
    /// Whether hashes of the algorithms that Django 5.1 removed (SHA-1, unsalted MD5) are checked.
    pub read_legacy: bool,
}

/// The work factors in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkFactors {
    /// Iterations of PBKDF2-SHA256.
    pub pbkdf2_sha256: u32,
    /// Iterations of PBKDF2-SHA1.
    pub pbkdf2_sha1: u32,
    /// Argon2.
    pub argon2: Argon2Factors,
    /// Rounds of bcrypt (log2).
    pub bcrypt: u32,
    /// scrypt.
    pub scrypt: ScryptFactors,
    /// Characters of a new salt.
    pub salt_length: usize,
    /// Bits a stored salt must have; 0 before Django 3.2.
    pub salt_entropy: u32,
}

/// Parameters of an Argon2 hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Argon2Factors {
    /// Variant and version.
    pub algorithm: (::argon2::Algorithm, ::argon2::Version),
    /// Passes.
    pub time: u32,
    /// KiB.
    pub memory: u32,
    /// Lanes.
    pub parallelism: u32,
    /// Bytes of the hash.
    pub length: usize,
}

impl Argon2Factors {
    pub(super) fn are_sane(&self) -> bool {
        self.memory <= MAX_ARGON2_MEMORY
            && (1..=255).contains(&self.parallelism)
            && self.time >= 1
            && u64::from(self.memory) * u64::from(self.time) <= MAX_ARGON2_WORK
            && u64::from(self.memory) >= 8 * u64::from(self.parallelism)
            && (4..=64).contains(&self.length)
    }
}

/// Parameters of a scrypt hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScryptFactors {
    /// N, a power of two.
    pub work_factor: u32,
    /// r.
    pub block_size: u32,
    /// p.
    pub parallelism: u32,
}

impl ScryptFactors {
    pub(super) fn are_sane(&self) -> bool {
        let table = u64::from(self.work_factor).saturating_mul(u64::from(self.block_size));
        self.work_factor.is_power_of_two()
            && self.work_factor > 1
            && self.block_size > 0
            && self.parallelism > 0
            && table.saturating_mul(128) <= MAX_SCRYPT_MEMORY
            && table.saturating_mul(u64::from(self.parallelism)) <= MAX_SCRYPT_WORK
    }
}

/// Default iterations by the first version that has them.
const ITERATIONS: [((u8, u8), u32); 14] = [
    ((6, 0), 1_200_000),
    ((5, 2), 1_000_000),
    ((5, 1), 870_000),
    ((5, 0), 720_000),
    ((4, 2), 600_000),
    ((4, 1), 390_000),
    ((4, 0), 320_000),
    ((3, 2), 260_000),
    ((3, 1), 216_000),
    ((3, 0), 180_000),
    ((2, 2), 150_000),
    ((2, 1), 120_000),
    ((2, 0), 100_000),
    ((0, 0), 36_000),
];

impl WorkFactors {
    /// The defaults of a Django version, e.g. `(5, 2)`; of 1.11 for older ones, of 6.0 for newer ones.
    pub fn default_for(version: (u8, u8)) -> WorkFactors {
        let iterations =
            ITERATIONS.iter().find(|(since, _)| version >= *since).map_or(36_000, |entry| entry.1);
        let since_3_2 = version >= (3, 2);
        let (variant, memory, parallelism, length) = if since_3_2 {
            (::argon2::Algorithm::Argon2id, 102_400, 8, 32)
        } else {
            (::argon2::Algorithm::Argon2i, 512, 2, 16)
        };
        let algorithm = (variant, ::argon2::Version::V0x13);
        WorkFactors {
            pbkdf2_sha256: iterations,
            pbkdf2_sha1: iterations,
            argon2: Argon2Factors { algorithm, time: 2, memory, parallelism, length },
            bcrypt: 12,
            scrypt: ScryptFactors {
                work_factor: 16_384,
                block_size: 8,
                parallelism: if version >= (5, 1) { 5 } else { 1 },
            },
            salt_length: if since_3_2 { 22 } else { 12 },
            salt_entropy: if since_3_2 { super::SALT_ENTROPY } else { 0 },
        }
    }

    pub(super) fn of(version: (u8, u8), overrides: &Overrides) -> Result<WorkFactors, HasherError> {
        let mut factors = WorkFactors::default_for(version);
        let set = |factor: &mut u32, value: Option<u32>| *factor = value.unwrap_or(*factor);
        set(&mut factors.pbkdf2_sha256, overrides.pbkdf2_sha256_iterations);
        set(&mut factors.pbkdf2_sha1, overrides.pbkdf2_sha1_iterations);
        set(&mut factors.argon2.time, overrides.argon2_time_cost);
        set(&mut factors.argon2.memory, overrides.argon2_memory_cost);
        set(&mut factors.argon2.parallelism, overrides.argon2_parallelism);
        set(&mut factors.bcrypt, overrides.bcrypt_rounds);
        set(&mut factors.scrypt.work_factor, overrides.scrypt_work_factor);
        set(&mut factors.scrypt.block_size, overrides.scrypt_block_size);
        set(&mut factors.scrypt.parallelism, overrides.scrypt_parallelism);
        let iterations = 1..=MAX_PBKDF2_ITERATIONS;
        let is_wrong = |name| Err(HasherError::WorkFactor(name));
        if !iterations.contains(&factors.pbkdf2_sha256) || !iterations.contains(&factors.pbkdf2_sha1) {
            return is_wrong("pbkdf2");
        }
        if !(4..=MAX_BCRYPT_ROUNDS).contains(&factors.bcrypt) {
            return is_wrong("bcrypt");
        }
        if !factors.argon2.are_sane() {
            return is_wrong("argon2");
        }
        if !factors.scrypt.are_sane() {
            return is_wrong("scrypt");
        }
        Ok(factors)
    }

    pub(super) fn iterations(&self, algorithm: Algorithm) -> u32 {
        if algorithm == Algorithm::Pbkdf2Sha1 { self.pbkdf2_sha1 } else { self.pbkdf2_sha256 }
    }
}

/// A decimal number as Python prints it: no sign, blank or leading zero.
pub(super) fn number(text: &str) -> Option<u32> {
    let is_canonical =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    if is_canonical { text.parse().ok() } else { None }
}

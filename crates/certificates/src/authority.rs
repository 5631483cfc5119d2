//! A private certificate authority in a directory: made, asked to issue, and to revoke.

use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use rcgen::{
    Certificate, CertificateParams, CertificateRevocationListParams, Issuer, KeyIdMethod, KeyPair,
    PublicKeyData, RevokedCertParams, SerialNumber, SubjectPublicKeyInfo,
};
use sha2::{Digest as _, Sha256};
use x509_cert::der::asn1::UintRef;
use x509_cert::der::{Decode as _, DecodePem as _, Encode as _, Reader as _, SliceReader};
use zeroize::{Zeroize as _, Zeroizing};

use crate::description::describe;
use crate::directory::{self, Directory, Readers};
use crate::error::CertificateError;
use crate::layout;
use crate::pkcs12;
use crate::profiles::{self, KeyKind};
use crate::register::{Entry, Kind, Register};

/// For how long an authority's certificate is valid: ten years and their leap days.
const AUTHORITY_DAYS: u32 = 3_653;

const DAY: u64 = 24 * 60 * 60;

/// How many bytes the modulus of an RSA key has, if TLS libraries are to use it: those of 2048 to 8192 bits.
const MODULUS: RangeInclusive<usize> = 256..=1024;

/// The longest common name (RFC 5280, ub-common-name).
const LONGEST_NAME: usize = 64;

/// An authority that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewAuthority {
    /// Which key it gets.
    pub key: KeyKind,
    /// Now, in seconds since 1970.
    pub now: u64,
}

/// A certificate that is to be issued.
pub struct NewCertificate<'a> {
    /// Its name, which is a client's common name too.
    pub name: &'a str,
    /// Whether it is for a client or a server.
    pub kind: Kind,
    /// Host names and addresses of a server; empty for those of the certificate that is replaced.
    pub names: &'a [String],
    /// For how many days it is valid.
    pub days: u32,
    /// Which key it gets.
    pub key: KeyKind,
    /// Whether it may replace one of the same name and kind.
    pub replace: bool,
    /// Whether a PKCS#12 file is wanted too.
    pub pkcs12: Option<Pkcs12Output<'a>>,
    /// Now, in seconds since 1970.
    pub now: u64,
}

/// How a PKCS#12 file is to be written.
#[derive(Clone, Copy)]
pub struct Pkcs12Output<'a> {
    /// Its password.
    pub password: &'a str,
    /// How it is encrypted.
    pub encryption: pkcs12::Encryption,
}

/// A certificate that was issued, and its files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issued {
    /// What the register says.
    pub entry: Entry,
    /// The certificate in PEM.
    pub certificate: PathBuf,
    /// The private key, PKCS#8 in PEM.
    pub key: PathBuf,
    /// The authority's certificate in PEM.
    pub authority: PathBuf,
    /// The PKCS#12 file, if one was wanted.
    pub pkcs12: Option<PathBuf>,
}

/// An authority, ready to sign. Nobody else changes its directory as long as it lives.
pub struct Authority {
    directory: Directory,
    register: Register,
    certificate: Vec<u8>,
    key: WipedKey,
}

impl Authority {
    /// Makes an authority in this directory, which is made too if it is missing, with an empty revocation list.
    ///
    /// # Errors
    /// [`CertificateError::Exists`] if there is one; or what the system said.
    pub fn create(path: &Path, new: NewAuthority) -> Result<Self, CertificateError> {
        let directory = Directory::make(path)?;
        let (of_certificate, of_key) =
            (layout::certificate(path, layout::AUTHORITY), layout::key(path, layout::AUTHORITY));
        let is_taken = |path| directory::is_there(path);
        if is_taken(&of_certificate) || is_taken(&of_key) || Register::read(path)?.is_some() {
            return Err(CertificateError::Exists { directory: path.to_owned() });
        }
        let key = WipedKey(new.key.generate_for_authority()?);
        // Two authorities never have the same name by accident: what one of them says is told from what the other says.
        let digits = hex::encode(Sha256::digest(key.0.der_bytes()));
        let name = format!("Claviger CA {}", digits.get(..8).unwrap_or_default());
        let parameters = profiles::authority(&name, AUTHORITY_DAYS, new.now)?;
        let certificate = parameters.self_signed(&key.0).map_err(CertificateError::Signing)?;
        let entry = entry(layout::AUTHORITY, Kind::Authority, &[], certificate.der(), path)?;
        let mut authority = Self {
            directory,
            register: Register::new(),
            certificate: certificate.der().to_vec(),
            key,
        };
        authority.register.certificates.push(entry);
        authority.directory.write(&of_key, Readers::Owner, authority.key.pem().as_bytes())?;
        authority.directory.write(
            &of_certificate,
            Readers::Everybody,
            certificate.pem().as_bytes(),
        )?;
        authority.write_revocations(new.now)?;
        Ok(authority)
    }

    /// Opens the authority of this directory.
    ///
    /// # Errors
    /// [`CertificateError::Missing`] if there is none; or what is wrong with its files.
    pub fn open(path: &Path) -> Result<Self, CertificateError> {
        let missing = || CertificateError::Missing { directory: path.to_owned() };
        if !directory::is_there(path) {
            return Err(missing());
        }
        let directory = Directory::lock(path)?;
        let register = Register::read(path)?.ok_or_else(missing)?;
        let of_certificate = layout::certificate(path, layout::AUTHORITY);
        let text = directory::read(&of_certificate)?.ok_or_else(missing)?;
        let certificate = x509_cert::Certificate::from_pem(text.as_bytes())
            .and_then(|certificate| certificate.to_der())
            .map_err(|_| content(&of_certificate, "it is not a certificate in PEM"))?;
        let of_key = layout::key(path, layout::AUTHORITY);
        let text = directory::read(&of_key)?.ok_or_else(missing)?;
        let key = KeyPair::from_pem(&text)
            .map_err(|_| content(&of_key, "it is not a private key in PEM"))?;
        Ok(Self { directory, register, certificate, key: WipedKey(key) })
    }

    /// What the authority of this directory has issued, in the order of issue, itself first.
    ///
    /// # Errors
    /// [`CertificateError::Missing`] if there is none; or what is wrong with the register.
    pub fn list(path: &Path) -> Result<Vec<Entry>, CertificateError> {
        let register = Register::read(path)?;
        let missing = || CertificateError::Missing { directory: path.to_owned() };
        Ok(register.ok_or_else(missing)?.certificates)
    }

    /// Makes a key and a certificate for it.
    ///
    /// # Errors
    /// [`CertificateError`] says what is wrong with the name, the names of the server or the files.
    pub fn issue(&mut self, new: &NewCertificate<'_>) -> Result<Issued, CertificateError> {
        self.check_name(new)?;
        let of_before = self.register.latest(new.name).map(|before| before.names.clone());
        let names = match new.names {
            [] => of_before.unwrap_or_default(),
            names => names.to_vec(),
        };
        let parameters = match new.kind {
            Kind::Server => profiles::server(&names, new.key, new.days, new.now)?,
            Kind::Client | Kind::Authority => profiles::client(new.name, new.days, new.now)?,
        };
        let key = WipedKey(new.key.generate()?);
        let certificate = self.sign(&parameters, &key.0)?;
        let path = self.directory.path();
        let issued = Issued {
            entry: entry(new.name, new.kind, &names, certificate.der(), path)?,
            certificate: layout::certificate(path, new.name),
            key: layout::key(path, new.name),
            authority: layout::certificate(path, layout::AUTHORITY),
            pkcs12: new.pkcs12.is_some().then(|| layout::pkcs12(path, new.name)),
        };
        let bundle = match new.pkcs12 {
            Some(Pkcs12Output { password, encryption }) => Some(pkcs12::write(
                new.name,
                key.0.serialized_der(),
                &[certificate.der(), &self.certificate],
                password,
                encryption,
            )?),
            None => None,
        };
        // Known before it can be used, so that it can be revoked whatever happens next.
        self.register.certificates.push(issued.entry.clone());
        self.register.write(&self.directory)?;
        self.directory.write(&issued.key, Readers::Owner, key.pem().as_bytes())?;
        let text = certificate.pem();
        self.directory.write(&issued.certificate, Readers::Everybody, text.as_bytes())?;
        if let (Some(path), Some(bundle)) = (&issued.pkcs12, bundle) {
            self.directory.write(path, Readers::Owner, &bundle)?;
        }
        Ok(issued)
    }

    /// Issues one more certificate to the client that has the one with this serial number: of its name, for as many days, for
    /// a public key of its own (SubjectPublicKeyInfo, DER). It is returned in DER; no file is written, since the private key
    /// isn't known here.
    ///
    /// # Errors
    /// [`CertificateError::Unknown`] if no client has it, [`CertificateError::Revoked`], [`CertificateError::PublicKey`] if TLS
    /// can't use the key; or what is wrong with the files.
    pub fn reissue(
        &mut self,
        serial: &str,
        public_key: &[u8],
        now: u64,
    ) -> Result<Vec<u8>, CertificateError> {
        let before = self.of_client(serial)?.clone();
        let days = before.not_after.saturating_sub(before.not_before) / DAY;
        let days = u32::try_from(days).unwrap_or(u32::MAX).max(1);
        let parameters = profiles::client(&before.name, days, now)?;
        let certificate = self.sign(&parameters, &usable_key(public_key)?)?;
        let path = self.directory.path();
        let entry = entry(&before.name, Kind::Client, &[], certificate.der(), path)?;
        self.register.certificates.push(entry);
        self.register.write(&self.directory)?;
        Ok(certificate.der().to_vec())
    }

    /// Revokes every certificate of this name that isn't revoked, or the one with this serial number in hexadecimal, with
    /// colons or without.
    ///
    /// # Errors
    /// [`CertificateError::Unknown`] if there is none, [`CertificateError::Revoked`] if all of them are revoked already.
    pub fn revoke(&mut self, wanted: &str, now: u64) -> Result<Vec<Entry>, CertificateError> {
        let serial = wanted.replace(':', "").to_ascii_lowercase();
        let mut is_known = false;
        let mut revoked = Vec::new();
        for entry in &mut self.register.certificates {
            if entry.kind == Kind::Authority || (entry.name != wanted && entry.serial != serial) {
                continue;
            }
            is_known = true;
            if entry.revoked.is_none() {
                entry.revoked = Some(now);
                revoked.push(entry.clone());
            }
        }
        match (is_known, revoked.is_empty()) {
            (false, _) => Err(CertificateError::Unknown { wanted: wanted.to_owned() }),
            (true, true) => Err(CertificateError::Revoked { wanted: wanted.to_owned() }),
            (true, false) => {
                self.write_revocations(now)?;
                Ok(revoked)
            }
        }
    }

    /// The authority's own certificate.
    #[must_use]
    pub fn certificate(&self) -> PathBuf {
        layout::certificate(self.directory.path(), layout::AUTHORITY)
    }

    /// Checks that a client has the certificate with this serial number.
    ///
    /// # Errors
    /// [`CertificateError::Unknown`] if none has, [`CertificateError::Revoked`].
    pub fn check(&self, serial: &str) -> Result<(), CertificateError> {
        self.of_client(serial).map(|_| ())
    }

    fn of_client(&self, serial: &str) -> Result<&Entry, CertificateError> {
        let is_wanted = |entry: &&Entry| entry.kind == Kind::Client && entry.serial == serial;
        match self.register.certificates.iter().find(is_wanted) {
            None => Err(CertificateError::Unknown { wanted: serial.to_owned() }),
            Some(entry) if entry.revoked.is_some() => {
                Err(CertificateError::Revoked { wanted: serial.to_owned() })
            }
            Some(entry) => Ok(entry),
        }
    }

    fn check_name(&self, new: &NewCertificate<'_>) -> Result<(), CertificateError> {
        let refused = |problem| CertificateError::Name { name: new.name.to_owned(), problem };
        let may_stand = |one: char| one.is_ascii_alphanumeric() || "._-@".contains(one);
        if new.name.is_empty() || new.name.len() > LONGEST_NAME {
            return Err(refused("it has 1 to 64 characters"));
        }
        if !new.name.chars().all(may_stand) || new.name.starts_with(['.', '-']) {
            return Err(refused(
                "it is made of letters, digits and . _ - @, and begins with none of . -",
            ));
        }
        // Their files would be those of something else.
        if new.name == layout::AUTHORITY
            || new.name.ends_with("-key")
            || new.name.ends_with("-crl")
            || new.kind == Kind::Authority
        {
            return Err(refused("it is kept for the authority and for keys"));
        }
        match self.register.latest(new.name) {
            Some(before) if before.kind != new.kind => {
                Err(refused("a certificate of another kind has it"))
            }
            Some(_) if !new.replace => {
                Err(CertificateError::NameTaken { name: new.name.to_owned() })
            }
            Some(_) | None => Ok(()),
        }
    }

    fn sign(
        &self,
        parameters: &CertificateParams,
        key: &impl PublicKeyData,
    ) -> Result<Certificate, CertificateError> {
        parameters.signed_by(key, &self.issuer()?).map_err(CertificateError::Signing)
    }

    fn issuer(&self) -> Result<Issuer<'static, &KeyPair>, CertificateError> {
        Issuer::from_ca_cert_der(&self.certificate.as_slice().into(), &self.key.0)
            .map_err(CertificateError::Signing)
    }

    /// Puts the register on disk, and then the list that is made from it.
    fn write_revocations(&mut self, now: u64) -> Result<(), CertificateError> {
        self.register.revocation_lists += 1;
        self.register.write(&self.directory)?;
        let revoked = |entry: &Entry| {
            Some(RevokedCertParams {
                serial_number: SerialNumber::from_slice(&hex::decode(&entry.serial).ok()?),
                revocation_time: profiles::date(entry.revoked?).ok()?,
                reason_code: None,
                invalidity_date: None,
            })
        };
        let until = describe(&self.certificate).map_or(now, |own| own.not_after);
        let parameters = CertificateRevocationListParams {
            this_update: profiles::date(now)?,
            // Every revocation makes a new list; the last one holds as long as the authority.
            next_update: profiles::date(until.max(now.saturating_add(1)))?,
            crl_number: SerialNumber::from_slice(&self.register.revocation_lists.to_be_bytes()),
            issuing_distribution_point: None,
            revoked_certs: self.register.certificates.iter().filter_map(revoked).collect(),
            key_identifier_method: KeyIdMethod::Sha256,
        };
        let list = parameters.signed_by(&self.issuer()?).map_err(CertificateError::Signing)?;
        let text = list.pem().map_err(CertificateError::Signing)?;
        let path = layout::revocation_list(self.directory.path());
        self.directory.write(&path, Readers::Everybody, text.as_bytes())
    }
}

/// A private key whose encoding is wiped when it is dropped.
struct WipedKey(KeyPair);

impl WipedKey {
    fn pem(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.serialize_pem())
    }
}

impl Drop for WipedKey {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// A public key that a client can prove itself with.
fn usable_key(public_key: &[u8]) -> Result<SubjectPublicKeyInfo, CertificateError> {
    let key =
        SubjectPublicKeyInfo::from_der(public_key).map_err(|_| CertificateError::PublicKey)?;
    let is_rsa = *key.algorithm() == rcgen::PKCS_RSA_SHA256;
    if is_rsa && !modulus_length(key.der_bytes()).is_some_and(|length| MODULUS.contains(&length)) {
        return Err(CertificateError::PublicKey);
    }
    Ok(key)
}

/// How many bytes the modulus of an RSAPublicKey has (RFC 8017, appendix A.1.1).
fn modulus_length(key: &[u8]) -> Option<usize> {
    let mut reader = SliceReader::new(key).ok()?;
    let modulus = reader.sequence(|reader| {
        let modulus = UintRef::decode(reader)?;
        UintRef::decode(reader).map(|_exponent| modulus)
    });
    Some(modulus.ok()?.as_bytes().len())
}

fn entry(
    name: &str,
    kind: Kind,
    names: &[String],
    certificate: &[u8],
    directory: &Path,
) -> Result<Entry, CertificateError> {
    let described = describe(certificate).ok_or_else(|| {
        content(&layout::certificate(directory, name), "it cannot be read after it was made")
    })?;
    Ok(Entry {
        name: name.to_owned(),
        serial: described.serial,
        kind,
        subject: described.subject,
        names: names.to_vec(),
        not_before: described.not_before,
        not_after: described.not_after,
        revoked: None,
    })
}

fn content(path: &Path, problem: &'static str) -> CertificateError {
    CertificateError::Content { path: path.to_owned(), problem }
}

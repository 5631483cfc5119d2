//! A private certificate authority in a directory: made, asked to issue, and to revoke.

use std::path::{Path, PathBuf};

use rcgen::{
    Certificate, CertificateParams, CertificateRevocationListParams, Issuer, KeyIdMethod, KeyPair,
    PublicKeyData as _, RevokedCertParams, SerialNumber,
};
use sha2::{Digest as _, Sha256};
use x509_cert::der::DecodePem as _;
use x509_cert::der::Encode as _;
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
        key: &KeyPair,
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

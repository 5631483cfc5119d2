//! The data directory: made for the service alone. The store sees to it that one server at a time uses it.

use std::fs::DirBuilder;
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::Path;

use crate::exit::StartError;

/// Makes a directory for this user alone if it is missing. One that is there may be readable by others, since every file in it
/// is not; but where everybody may write, everybody could put another file in a file's place.
///
/// # Errors
/// [`StartError`] if it can't be made, or everybody can write it.
pub(crate) fn make(path: &Path) -> Result<(), StartError> {
    DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(unusable(path))?;
    let mode = path.metadata().map_err(unusable(path))?.mode() & 0o777;
    if mode & 0o002 != 0 {
        return Err(StartError::DirectoryExposed { path: path.to_owned(), mode });
    }
    Ok(())
}

fn unusable(path: &Path) -> impl Fn(io::Error) -> StartError {
    let path = path.to_owned();
    move |error| {
        let advice = match error.kind() {
            ErrorKind::PermissionDenied => {
                "run the server as the user who owns the directory, or choose another one"
            }
            ErrorKind::ReadOnlyFilesystem => {
                "the file system is read-only: mount it writable, or choose another directory"
            }
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
                "the disk is full: make room, or choose another directory"
            }
            ErrorKind::AlreadyExists | ErrorKind::NotADirectory => {
                "a file is in its place: choose another directory"
            }
            _ => "choose another directory",
        };
        StartError::Directory { path: path.clone(), error, advice }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt as _;

    use super::make;

    #[test]
    fn it_is_made_for_one_user() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b");
        make(&path).unwrap();
        make(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o700);
    }

    #[test]
    fn where_everybody_writes_no_keys_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o1777)).unwrap();
        let refusal = make(folder.path()).unwrap_err().to_string();
        assert!(refusal.contains("mode 0777") && refusal.contains("chmod"), "{refusal}");
    }

    #[test]
    fn a_file_in_its_place_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        fs::write(&path, "").unwrap();
        let refusal = make(&path).unwrap_err().to_string();
        assert!(refusal.contains("a file is in its place"), "{refusal}");
    }
}

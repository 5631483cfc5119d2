//! Known answers for what Wycheproof has no vectors for, through the port.

use std::sync::Arc;

use claviger_crypto::SoftwareCrypto;
use claviger_model::{Algorithm, Hash, KeySpec};
use claviger_ports::{CipherRequest, Crypto, CryptoError, DerivationRequest, Key};
use claviger_secret::SecretBytes;

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

fn key(spec: KeySpec, material: &[u8]) -> Arc<dyn Key> {
    SoftwareCrypto.load(spec, &SecretBytes::copy_from(material)).unwrap()
}

fn request<'a>(
    algorithm: Algorithm,
    nonce: Option<&'a [u8]>,
    input: &'a [u8],
) -> CipherRequest<'a> {
    CipherRequest { algorithm, nonce, additional_data: &[], input }
}

const SP_800_38A_KEYS: [(KeySpec, &str); 3] = [
    (KeySpec::Aes128, "2b7e151628aed2a6abf7158809cf4f3c"),
    (KeySpec::Aes192, "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b"),
    (KeySpec::Aes256, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4"),
];

const SP_800_38A_TEXT: &str = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51
30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";

fn text() -> Vec<u8> {
    bytes(&SP_800_38A_TEXT.replace('\n', ""))
}

/// SP 800-38A §F.5.
#[test]
fn aes_ctr() {
    let answers = [
        "874d6191b620e3261bef6864990db6ce9806f66b7970fdff8617187bb9fffdff5ae4df3edbd5d35e5b4f09020db03eab1e031dda2fbe03d1792170a0f3009cee",
        "1abc932417521ca24f2b0459fe7e6e0b090339ec0aa6faefd5ccc2c6f4ce8e941e36b26bd1ebc670d1bd1d665620abf74f78a7f6d29809585a97daec58c6b050",
        "601ec313775789a5b7a7f504bbf3d228f443e3ca4d62b59aca84e990cacaf5c52b0930daa23de94ce87017ba2d84988ddfc9c58db67aada613c2dd08457941a6",
    ];
    let counter = bytes("f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff");
    for ((spec, material), answer) in SP_800_38A_KEYS.into_iter().zip(answers) {
        let key = key(spec, &bytes(material));
        let plaintext = text();
        // A counter's last block may be cut anywhere.
        for length in 0..=plaintext.len() {
            let encrypted = key
                .encrypt(request(Algorithm::AesCtr, Some(&counter), &plaintext[..length]))
                .unwrap();
            assert_eq!(encrypted.output, bytes(answer)[..length]);
            let decrypted =
                key.decrypt(request(Algorithm::AesCtr, Some(&counter), &encrypted.output)).unwrap();
            assert!(decrypted.equals(&plaintext[..length]));
        }
    }
}

/// SP 800-38A §F.1 and §F.2, whose texts are whole blocks: ours have a block of padding behind them.
#[test]
fn aes_ecb_and_cbc() {
    let answers = [
        (
            "3ad77bb40d7a3660a89ecaf32466ef97f5d3d58503b9699de785895a96fdbaaf43b1cd7f598ece23881b00e3ed0306887b0c785e27e8ad3f8223207104725dd4",
            "7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7",
        ),
        (
            "bd334f1d6e45f25ff712a214571fa5cc974104846d0ad3ad7734ecb3ecee4eefef7afd2270e2e60adce0ba2face6444e9a4b41ba738d6c72fb16691603c18e0e",
            "4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd",
        ),
        (
            "f3eed1bdb5d2a03c064b5a7e3db181f8591ccb10d410ed26dc5ba74a31362870b6ed21b99ca6f4f9f153e7b1beafed1d23304b7a39f9f3ff067d8d8f9e24ecc7",
            "f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b",
        ),
    ];
    let vector = bytes("000102030405060708090a0b0c0d0e0f");
    for ((spec, material), (ecb, cbc)) in SP_800_38A_KEYS.into_iter().zip(answers) {
        let key = key(spec, &bytes(material));
        for (algorithm, nonce, answer) in
            [(Algorithm::AesEcb, None, ecb), (Algorithm::AesCbc, Some(vector.as_slice()), cbc)]
        {
            let encrypted = key.encrypt(request(algorithm, nonce, &text())).unwrap();
            assert_eq!(encrypted.output.len(), 80);
            assert_eq!(encrypted.output[..64], bytes(answer));
            assert!(
                key.decrypt(request(algorithm, nonce, &encrypted.output)).unwrap().equals(&text())
            );
            // Without its padding the last block is not padding, and everything that isn't fails alike.
            for length in [0, 1, 15, 17, 63, 64] {
                let result = key.decrypt(request(algorithm, nonce, &encrypted.output[..length]));
                assert_eq!(result.err(), Some(CryptoError::Failed));
            }
        }
    }
}

/// RFC 3394 §4.2 to §4.6 (keys of 192 bits included) and RFC 5649 §6.
#[test]
fn aes_key_wrap() {
    let keys = bytes("000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f");
    let material = bytes("00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f");
    for (spec, key_length, length, answer) in [
        (KeySpec::Aes128, 16, 16, "1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5"),
        (KeySpec::Aes192, 24, 16, "96778b25ae6ca435f92b5b97c050aed2468ab8a17ad84e5d"),
        (KeySpec::Aes256, 32, 16, "64e8c3f9ce0f5ba263e9777905818a2a93c8191e7d6e8ae7"),
        (
            KeySpec::Aes192,
            24,
            24,
            "031d33264e15d33268f24ec260743edce1c6c7ddee725a936ba814915c6762d2",
        ),
        (
            KeySpec::Aes256,
            32,
            24,
            "a8f9bc1612c68b3ff6e6f4fbe30e71e4769c8b80a32cb8958cd5d17d6b254da1",
        ),
        (
            KeySpec::Aes256,
            32,
            32,
            "28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21",
        ),
    ] {
        let key = key(spec, &keys[..key_length]);
        let wrapped = key.wrap(Algorithm::AesKw, &material[..length]).unwrap();
        assert_eq!(wrapped, bytes(answer));
        assert!(key.unwrap(Algorithm::AesKw, &wrapped).unwrap().equals(&material[..length]));
    }
    let key = key(KeySpec::Aes192, &bytes("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8"));
    for (material, answer) in [
        (
            "c37b7e6492584340bed12207808941155068f738",
            "138bdeaa9b8fa7fc61f97742e72248ee5ae6ae5360d1ae6a5f54f373fa543b6a",
        ),
        ("466f7250617369", "afbeb0f07dfbf5419200f2ccb50bb24f"),
    ] {
        let material = bytes(material);
        let wrapped = key.wrap(Algorithm::AesKwp, &material).unwrap();
        assert_eq!(wrapped, bytes(answer));
        assert!(key.unwrap(Algorithm::AesKwp, &wrapped).unwrap().equals(&material));
    }
}

/// Every length that can be wrapped comes back, and every flipped bit fails.
#[test]
fn aes_key_wrap_of_every_length() {
    for spec in [KeySpec::Aes128, KeySpec::Aes192, KeySpec::Aes256] {
        let key = key(spec, &vec![9; spec.symmetric_length().unwrap()]);
        for length in 0..100 {
            let material = vec![length as u8; length];
            for algorithm in [Algorithm::AesKw, Algorithm::AesKwp] {
                let wrapped = key.wrap(algorithm, &material);
                let fits = match algorithm {
                    Algorithm::AesKw => length >= 16 && length % 8 == 0,
                    _ => length > 0,
                };
                assert_eq!(wrapped.is_ok(), fits, "{spec} {algorithm} {length}");
                let Ok(mut wrapped) = wrapped else { continue };
                assert!(key.unwrap(algorithm, &wrapped).unwrap().equals(&material));
                wrapped[length % 8] ^= 1;
                assert_eq!(key.unwrap(algorithm, &wrapped).err(), Some(CryptoError::Failed));
            }
        }
    }
}

fn derive(secret: &[u8], request: DerivationRequest<'_>) -> String {
    let derived = key(KeySpec::Secret, secret).derive(request).unwrap();
    hex::encode(derived.expose("compare with the known answer"))
}

/// Answers of Python's `hashlib.pbkdf2_hmac`; the second row's password and salt are RFC 6070's longest.
#[test]
fn pbkdf2() {
    for (algorithm, password, salt, iterations, answer) in PBKDF2 {
        let request = DerivationRequest {
            algorithm,
            salt: salt.as_bytes(),
            info: &[],
            iterations,
            length: answer.len() / 2,
        };
        assert_eq!(derive(password.as_bytes(), request), answer);
    }
}

const PBKDF2: [(Algorithm, &str, &str, u32, &str); 4] = [
    (
        Algorithm::Pbkdf2Sha256,
        "a password of some length",
        "salt",
        4096,
        "ee539735925f92199a2c2240e1e58af34224f961",
    ),
    (
        Algorithm::Pbkdf2Sha256,
        "passwordPASSWORDpassword",
        "saltSALTsaltSALTsaltSALTsaltSALTsalt",
        4096,
        "348c89dbcbd32b2f32d814b8116e84cf2b17347ebc1800181c",
    ),
    (
        Algorithm::Pbkdf2Sha384,
        "passwordPASSWORDpassword",
        "saltSALTsaltSALTsaltSALTsaltSALTsalt",
        1000,
        "4ead12bc0677849d57ea9343ad48f11865f6737d8338b0aa63ace945d3719b4d409225e3d6856edd7494becf453cfc5a16142254dae60e4abbf2c40565cc535e",
    ),
    (
        Algorithm::Pbkdf2Sha512,
        "passwordPASSWORDpassword",
        "saltSALTsaltSALTsaltSALTsaltSALTsalt",
        1000,
        "0e28f3efa802a2f0cd3b4ace5e3d9afadb7c2dccc5ef10eedb8a6564dfb0c9a63b6f46b1e150587b9fe7875cfaf999d00b454bb7d74295c60df1bbe5f8f36da188271db22110efda5cc9eeafb0ab29697849379903421d54eee3949344c72873d6ce9742",
    ),
];

/// Answers of an independent implementation of SP 800-108r1 §4.1 over Python's `hmac`.
#[test]
fn counter_kdf() {
    for (algorithm, length, answer) in COUNTER_KDF {
        let request = DerivationRequest {
            algorithm,
            salt: b"label",
            info: b"context of the key",
            iterations: 0,
            length,
        };
        assert_eq!(derive(b"a secret of thirty-two bytes....", request), answer);
    }
}

const COUNTER_KDF: [(Algorithm, usize, &str); 5] = [
    (Algorithm::CounterKdfSha256, 1, "7a"),
    (
        Algorithm::CounterKdfSha256,
        32,
        "2455fd31dc8ac9086e540c9c5145ecb05259c678bb835e6138e0be4b7c33cb0a",
    ),
    (
        Algorithm::CounterKdfSha256,
        100,
        "5acef0c53f5bdc076303b1bd50d00c2052cefbf070f258012135f73d923f08f27fda1338e7997632d6575cdd412fe8da7e4aae829fc5e82ca6cf28c09d0a2a0fafdd48d31ab107f1034413db2addcf350e6fa481f6ea4b74f0f06a124041ad8ed6071a39",
    ),
    (
        Algorithm::CounterKdfSha384,
        100,
        "d486139a26fb531a3d10b0347ad7a31972d7858e037a44eeddcbdf6b93e8fb73a6a17ccf8d1b63b3c8a0028c910bee18164f80a41d8e8dbd2a936d677e0aa3bcc6971ec72565d96d84827a17079889b2e95ea5f34364f1240d673ad2ce0d64d3a0212b30",
    ),
    (
        Algorithm::CounterKdfSha512,
        100,
        "362908113d1adb64bc1685991304048b8fbef2297196fb555c07fc61151e9998ab71f2910e1850e5cec19cb130d30c470413611acacf80a65ced1ce2324975e6d1be1241b0771743b4aae0e2e307163194bbaa3d137b6957c7801ccbed27228ff5fc71b9",
    ),
];

/// RFC 5869 §A.1 to §A.3.
#[test]
fn hkdf() {
    let info = bytes("f0f1f2f3f4f5f6f7f8f9");
    let salt = bytes("000102030405060708090a0b0c");
    for (salt, info, answer) in [
        (
            salt.as_slice(),
            info.as_slice(),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865",
        ),
        (
            &[],
            &[],
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8",
        ),
    ] {
        let request = DerivationRequest {
            algorithm: Algorithm::HkdfSha256,
            salt,
            info,
            iterations: 0,
            length: 42,
        };
        assert_eq!(derive(&[0x0b; 22], request), answer);
    }
}

/// Answers of Python's `hashlib` for nothing, "abc" and a million times "a" (FIPS 180-4 and 202's examples).
#[test]
fn hashes() {
    let long = vec![b'a'; 1_000_000];
    for (hash, answers) in HASHES {
        for (message, answer) in [&b""[..], b"abc", &long].into_iter().zip(answers) {
            let digest = SoftwareCrypto.hash(hash, message).unwrap();
            assert_eq!(digest.len(), hash.output_length());
            assert_eq!(hex::encode(digest), answer, "{hash}");
        }
    }
}

const HASHES: [(Hash, [&str; 3]); 10] = [
    (
        Hash::Sha1,
        [
            "da39a3ee5e6b4b0d3255bfef95601890afd80709",
            "a9993e364706816aba3e25717850c26c9cd0d89d",
            "34aa973cd4c4daa4f61eeb2bdbad27316534016f",
        ],
    ),
    (
        Hash::Sha224,
        [
            "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f",
            "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7",
            "20794655980c91d8bbb4c1ea97618a4bf03f42581948b2ee4ee7ad67",
        ],
    ),
    (
        Hash::Sha256,
        [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
        ],
    ),
    (
        Hash::Sha384,
        [
            "38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b",
            "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
            "9d0e1809716474cb086e834e310a4a1ced149e9c00f248527972cec5704c2a5b07b8b3dc38ecc4ebae97ddd87f3d8985",
        ],
    ),
    (
        Hash::Sha512,
        [
            "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
            "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
            "e718483d0ce769644e2e42c7bc15b4638e1f98b13b2044285632a803afa973ebde0ff244877ea60a4cb0432ce577c31beb009c5c2c49aa2e4eadb217ad8cc09b",
        ],
    ),
    (
        Hash::Sha512Truncated256,
        [
            "c672b8d1ef56ed28ab87c3622c5114069bdd3ad7b8f9737498d0c01ecef0967a",
            "53048e2681941ef99b2e29b76b4c7dabe4c2d0c634fc6d46e0e2f13107e7af23",
            "9a59a052930187a97038cae692f30708aa6491923ef5194394dc68d56c74fb21",
        ],
    ),
    (
        Hash::Sha3With224,
        [
            "6b4e03423667dbb73b6e15454f0eb1abd4597f9a1b078e3f5b5a6bc7",
            "e642824c3f8cf24ad09234ee7d3c766fc9a3a5168d0c94ad73b46fdf",
            "d69335b93325192e516a912e6d19a15cb51c6ed5c15243e7a7fd653c",
        ],
    ),
    (
        Hash::Sha3With256,
        [
            "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a",
            "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532",
            "5c8875ae474a3634ba4fd55ec85bffd661f32aca75c6d699d0cdcb6c115891c1",
        ],
    ),
    (
        Hash::Sha3With384,
        [
            "0c63a75b845e4f7d01107d852e4c2485c51a50aaaa94fc61995e71bbee983a2ac3713831264adb47fb6bd1e058d5f004",
            "ec01498288516fc926459f58e2c6ad8df9b473cb0fc08c2596da7cf0e49be4b298d88cea927ac7f539f1edf228376d25",
            "eee9e24d78c1855337983451df97c8ad9eedf256c6334f8e948d252d5e0e76847aa0774ddb90a842190d2c558b4b8340",
        ],
    ),
    (
        Hash::Sha3With512,
        [
            "a69f73cca23a9ac5c8b567dc185a756e97c982164fe25859e0d1dcc1475c80a615b2123af1f5f94c11e3e9402c3ac558f500199d95b6d3e301758586281dcd26",
            "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0",
            "3c3a876da14034ab60627c077bb98f7e120a2a5370212dffb3385a18d4f38859ed311d0a9d5141ce9cc5c66ee689b266a8aa18ace8282a0e0db596c90b0a7b87",
        ],
    ),
];

/// Answers of Python's `hmac`: a key as long as the hash, and one longer than its block.
#[test]
fn hmac() {
    for (hash, answers) in HMACS {
        for (length, answer) in [hash.output_length(), 200].into_iter().zip(answers) {
            let key = key(KeySpec::Hmac(hash), &vec![0x0b; length]);
            let code = key.mac(Algorithm::Hmac, b"Hi There").unwrap();
            assert_eq!(hex::encode(&code), answer, "{hash}");
            assert_eq!(key.mac_verify(Algorithm::Hmac, b"Hi There", &code), Ok(()));
            for wrong in [&code[1..], &[], &[code.as_slice(), &[0]].concat()] {
                let result = key.mac_verify(Algorithm::Hmac, b"Hi There", wrong);
                assert_eq!(result, Err(CryptoError::Failed));
            }
        }
    }
}

const HMACS: [(Hash, [&str; 2]); 10] = [
    (
        Hash::Sha1,
        ["b617318655057264e28bc0b6fb378c8ef146be00", "4bba7241216b66a2567ff24b11f86d7b5ce119f8"],
    ),
    (
        Hash::Sha224,
        [
            "1abbc7c42cf4ca9f9d7b624564cb72d7b0945ea0a615095904a0fd34",
            "4113275bf3b166749a91bf4574c3c52edc29f4d7ff865106e33e1f63",
        ],
    ),
    (
        Hash::Sha256,
        [
            "198a607eb44bfbc69903a0f1cf2bbdc5ba0aa3f3d9ae3c1c7a3b1696a0b68cf7",
            "11b1352b425a43355dd2662e4e23bbb518de5a52f6a68ba2ef61409fd83f28fa",
        ],
    ),
    (
        Hash::Sha384,
        [
            "b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee9737a959796489bddbc4c5df61d5b3297b4fb68dab9f1b582c2",
            "f7b5870e1d6cd9338884376a64a2b9ef6c463ed643262e66cb5a4cd4d9d8dd33db241306d6a125e24e3bf8280ee41197",
        ],
    ),
    (
        Hash::Sha512,
        [
            "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8ac2878ebd5803f6f0b61dbce5e251ff8789a4722c1be65aea45fd464e89f8f5b",
            "f8d7003ab946799a4be8abee68369e52dd52faefca72d5edd7e5aa2fc477909ae24fa26aecb4a0346e028ef116b95a4da4cf96b68838debd8b46eb2a397bdd81",
        ],
    ),
    (
        Hash::Sha512Truncated256,
        [
            "aaa0fdd1d8016134427d29c723fdbb4d6dc55403636b0c44b8b86e43fe9551e3",
            "75086c078c786e955d5f716644a55eaae9171960d5239bbf09d5ab13b11ba07a",
        ],
    ),
    (
        Hash::Sha3With224,
        [
            "50ff66e3df74cb355a121a8663d04cf2d905044fb2492cf296489264",
            "f76ccbdef84cae2d48f128db3af2a955830672cd96b0c15b521de6b0",
        ],
    ),
    (
        Hash::Sha3With256,
        [
            "8aa94ca788d56dccf58d1e05d754e27a2ccd5c5d11740ac555f0f6d1dd1892c6",
            "442890c0ff4b5cdd8c8f3c06310c8b651cdccd77b7bb42dcf957c449e13e4b78",
        ],
    ),
    (
        Hash::Sha3With384,
        [
            "1bdfe73fb21d3e900f224c49f13aa1877f846ca8fbdec8307723395271880c9a26b327bd6e2e3fb3d42e03441d7129d7",
            "7b8ae3b9ebce22da342c370ebd818358cfefb0ff0544e64d645e05a269e297232cfc474db4554143d6c116cb9dad8f5a",
        ],
    ),
    (
        Hash::Sha3With512,
        [
            "5893d604ee94776dc9ca0ad942389214de7296f7ec85354600315eeaeade92327fd7f15d2f389211c5789c873a6c6b4debf9bb054b53cbced96ff16323de4ebb",
            "fd7922bebf3c556805eb4ac15206e82faa5e30e02c8533a4f2c9bf2b01ba8937af906f7bb18bb8efd0345980c3ffe3e2d64fdc95b76b61d32a1dff5645a5329a",
        ],
    ),
];

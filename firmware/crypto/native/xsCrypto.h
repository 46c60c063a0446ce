/* The native crypto as functions of an XS machine, for any host that builds them in (native.ts). */
#ifndef HOLDFAST_XS_CRYPTO_H
#define HOLDFAST_XS_CRYPTO_H

#include "xs.h"

/* keccak256(bytes): digest */
void xs_keccak256(xsMachine *the);
/* isKeccak256(bytes, hash): boolean */
void xs_isKeccak256(xsMachine *the);
/* sha256Begin(): state */
void xs_sha256Begin(xsMachine *the);
/* sha256Update(state, bytes) */
void xs_sha256Update(xsMachine *the);
/* sha256End(state): digest */
void xs_sha256End(xsMachine *the);
/* recoverAddress(digest, signature): address or undefined */
void xs_recoverAddress(xsMachine *the);
/* sign(digest, privateKey): signature or undefined */
void xs_sign(xsMachine *the);
/* addressOf(privateKey): address or undefined */
void xs_addressOf(xsMachine *the);
/* publicKeyOf(privateKey): public key or undefined */
void xs_publicKeyOf(xsMachine *the);
/* sharedSecret(privateKey, publicKey): secret or undefined */
void xs_sharedSecret(xsMachine *the);
/* encrypt(key, nonce, associated, plain): encrypted */
void xs_encrypt(xsMachine *the);
/* decrypt(key, nonce, associated, encrypted): plain or undefined */
void xs_decrypt(xsMachine *the);

#endif

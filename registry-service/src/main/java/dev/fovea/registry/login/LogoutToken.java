package dev.fovea.registry.login;

import java.time.Instant;
import java.util.Optional;

/**
 * The provider's word that sessions of somebody are over. Where it has a session's id, that one;
 * else all of the account that began no later than the word was given.
 *
 * @param id of the token, for which it counts once
 * @param account the provider's own name of the person
 * @param session the provider's id of the session
 */
record LogoutToken(String id, Optional<String> account, Optional<String> session, Instant issued) {}

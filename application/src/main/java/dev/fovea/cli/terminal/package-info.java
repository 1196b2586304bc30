/**
 * What all commands share: the terminal, tables, exit codes, how errors read, the way to a server.
 */
@NullMarked
package dev.fovea.cli.terminal;

import org.jspecify.annotations.NullMarked;

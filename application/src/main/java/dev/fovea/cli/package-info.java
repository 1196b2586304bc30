/**
 * The command line: results on standard output, everything else on standard error, exit codes that
 * a script can trust.
 */
@NullMarked
package dev.fovea.cli;

import org.jspecify.annotations.NullMarked;

//! Parses the command line and runs one command.

use std::process::ExitCode;

fn main() -> ExitCode {
    slash_o::commands::run()
}

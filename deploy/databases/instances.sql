-- One database for each instance of docker-compose.yml; run once, by PostgreSQL's image, into an empty volume.
CREATE DATABASE "referral.rs-czztlj";
CREATE DATABASE "intake.rs-czztlj";
CREATE DATABASE "assistance.rs-czztlj";
CREATE DATABASE "intake.rs-ir";
CREATE DATABASE "assistance.rs-ir";
CREATE DATABASE "intake.rs-ngo-pomoc";
CREATE DATABASE "assistance.rs-ngo-pomoc";
CREATE DATABASE "reporting.rs-zg";
CREATE DATABASE "reporting.rs-koord";

"""Test module 7's pipeline; needs the environments of Airbyte, dbt and Snowflake."""

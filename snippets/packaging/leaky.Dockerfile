FROM python:3.11-slim
LABEL org.opencontainers.image.title=pricewatch
WORKDIR /opt/leaky
COPY .env .
RUN . ./.env && echo "asked with a token" > report.txt && rm .env
